"""How a refusal is answered: a page, a sentence for htmx, or problem details (RFC 9457)."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from server.db import passing
from server.domain import errors
from server.errors import status_of
from server.routes import access, pages
from server.routes.entering import LONGEST_NEXT
from web.views import Link, ProblemPage

TITLES = {
    400: "Not readable",
    401: "Sign in first",
    403: "Not yours to say",
    404: "Not here",
    405: "Not that way",
    409: "It stands otherwise",
    413: "Too large",
    415: "Not readable",
    422: "Not quite",
    429: "A moment, please",
    500: "Something broke",
    503: "Not just now",
}
SENTENCES = {
    400: "That could not be read.",
    404: "There is no such page, or it is not yours.",
    405: "This address does not take that.",
    413: "That is more than can be taken at once.",
}
BROKEN = "Something broke on our side. Nothing was changed; please try again."


def refused(request: Request[Any, Any, Any], refusal: errors.RefusedError) -> Response[Any]:
    """A refusal as the one who asked can use it: problem details, a sentence for htmx, or a page."""
    if isinstance(refusal, errors.SignInNeededError | errors.FreshSignInNeededError) and not _is_api(request):
        return _to_sign_in(request, again=isinstance(refusal, errors.FreshSignInNeededError))
    headers = {}
    if isinstance(refusal, errors.TooManyError | errors.TooBusyError):
        headers["Retry-After"] = str(refusal.retry_after)
    return _answer(request, status_of(refusal), str(refusal), headers, getattr(refusal, "field", ""))


def unreadable(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own refusals, in the same words and shapes."""
    status = 422 if error.status_code == 400 and error.extra else error.status_code
    return _answer(request, status, SENTENCES.get(status) or _said(error), dict(error.headers or {}))


def broken(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What nobody foresaw, or a database that is away; the log has the details, the person has a sentence."""
    if away := passing.refusal(error):
        request.app.state.log.warning("database away", path=request.scope.get("path_template", ""), why=type(error).__name__)
        return refused(request, away)
    request.app.state.log.error("failure", path=request.scope.get("path_template", ""), exc_info=error)
    return _answer(request, 500, BROKEN, {})


def too_deep(request: Request[Any, Any, Any], error: RecursionError) -> Response[Any]:
    """A body nested so deep that no reader comes to its end."""
    return _answer(request, 400, SENTENCES[400], {})


def _said(error: HTTPException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    fields = [str(one.get("key", "")) for one in extra if isinstance(one, dict) and one.get("key")]
    return f"Please look again at: {', '.join(fields)}."[:300] if fields else "That could not be read."


def _is_api(request: Request[Any, Any, Any]) -> bool:
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def _answer(request: Request[Any, Any, Any], status: int, sentence: str, headers: dict[str, str], field: str = "") -> Response[Any]:
    if _is_api(request):
        problem = {"type": "about:blank", "title": TITLES.get(status, "Refused"), "status": status, "detail": sentence}
        if field:
            problem["field"] = field
        return Response(problem, status_code=status, headers=headers, media_type="application/problem+json")
    view = ProblemPage(heading=TITLES.get(status, "Not this way"), sentence=sentence, link=Link(label="Back to Today", url="/"))
    return pages.problem(request, view, status=status, headers=headers)


def _to_sign_in(request: Request[Any, Any, Any], *, again: bool) -> Response[Any]:
    target = f"/sign-in?next={quote(_wanted(request))}" + ("&again=1" if again else "")
    if request.headers.get("hx-request"):
        return Response("", status_code=401, headers={"HX-Redirect": target}, media_type="text/html")
    return Redirect(target, status_code=303)


def _wanted(request: Request[Any, Any, Any]) -> str:
    """Where somebody was on the way to, with what they asked there while that is short enough to be carried along."""
    if request.method != "GET":
        return "/"
    if page := request.route_handler.opt.get(access.ASKED_ON):
        return str(page)
    whole = f"{request.url.path}?{request.url.query}"
    return whole if request.url.query and len(whole) <= LONGEST_NEXT else request.url.path
