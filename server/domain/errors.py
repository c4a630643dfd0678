"""What can be refused, and why; a message is what a person reads."""


class RefusedError(Exception):
    """Something asked for that cannot be; nothing changed."""


class InvalidError(RefusedError):
    """The words themselves do not hold: a value, an instant, a day."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotFoundError(RefusedError):
    """No such thing for this member: it does not exist, or it is someone else's."""


class NotAllowedError(RefusedError):
    """The thing is theirs to see, but this is not theirs to say."""


class ConflictError(RefusedError):
    """What stands already does not allow it."""


class SignInNeededError(RefusedError):
    """Nobody is signed in."""


class FreshSignInNeededError(RefusedError):
    """Signed in, but a passkey must be shown again first."""


class TooManyError(RefusedError):
    """Tried too often; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooBusyError(RefusedError):
    """The server has more to write than it can take; `retry_after` is in seconds."""

    def __init__(self, message: str = "Very busy just now. It was not taken; please send it again.", retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AwayError(TooBusyError):
    """What the server keeps everything in does not answer, and comes back by itself."""

    def __init__(self) -> None:
        super().__init__("The server cannot reach its notes just now. Please try again in a moment.", 2)


class NoRoomError(TooBusyError):
    """The server's disk is nearly full: nothing more is written, and what is there can be read."""

    def __init__(self) -> None:
        super().__init__("This server has no room left just now. Nothing was taken; please send it again later.", 60)
