"""The errors that users see: each one a sentence that says what to do."""


class UserError(ValueError):
    """What went wrong and, in `hint`, what to do; `retryable` where the same call may succeed."""

    retryable = False

    def __init__(self, problem: str, hint: str = "") -> None:
        self.problem, self.hint = problem, hint
        super().__init__(f"{problem} {hint}".strip())


class ImageError(UserError):
    """A file that cannot be used as a picture."""


class GenerationError(UserError):
    """A back end that failed, or whose answer is not a code; `raw_text` is that answer."""

    retryable = True

    def __init__(self, problem: str, hint: str = "", raw_text: str = "") -> None:
        super().__init__(problem, hint)
        self.raw_text = raw_text
