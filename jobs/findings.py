"""What was found about a server: one sentence, and one more with what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `what_to_do` where it is not well, `harms` where people lose by it."""

    what: str
    what_to_do: str = ""
    harms: bool = True

    @property
    def is_well(self) -> bool:
        return not self.what_to_do

    @property
    def is_harm(self) -> bool:
        return self.harms and not self.is_well

    @property
    def word(self) -> str:
        """How it is, in one word: `well`, `note` for what can wait, `look`."""
        if self.is_well:
            return "well"
        return "look" if self.harms else "note"

    def __str__(self) -> str:
        return f"{self.word}  {self.what} {self.what_to_do}".rstrip()
