"""Requests that a machine makes up from the OpenAPI document: none may break the service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from service_backends import served, until

from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor
from img2code.service.access import Access
from img2code.service.app import create_app

PER_OPERATION = 40  # of both kinds: such as the document allows, and such as it does not
PER_PAINTED = 10  # the same where a valid one takes seconds: pictures are painted and read
PATIENCE = 120  # seconds
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


app = create_app(lambda: Reconstructor(Fake()), access=Access(rate=0))
api = schemathesis.openapi.from_dict(app.openapi())
PAINTED = r"^/api/\w|^/v1/(segment|concepts|caption|paint)"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(app) as address:
        until(lambda: app.state.service.queue.ready)
        yield address


def made_up(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@api.exclude(path_regex=PAINTED).parametrize()
@made_up(PER_OPERATION)
def test_no_made_up_request_breaks_the_service(case: schemathesis.Case, address: str) -> None:
    response = case.call(base_url=address)
    case.validate_response(response, checks=CHECKS)


@pytest.mark.slow
@api.include(path_regex=PAINTED).parametrize()
@made_up(PER_PAINTED)
def test_no_made_up_request_breaks_seeing_and_painting(
    case: schemathesis.Case, address: str
) -> None:
    response = case.call(base_url=address, timeout=PATIENCE)
    case.validate_response(response, checks=CHECKS)
