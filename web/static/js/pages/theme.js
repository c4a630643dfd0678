// A colour scheme is chosen by looking at it.
on("change", "[data-theme-choice]", (form) => form.requestSubmit());
