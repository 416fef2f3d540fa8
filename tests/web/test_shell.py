"""What surrounds every page: styles from this house only, and a navigation that shows what the reader may open."""

from collections.abc import Callable

from requestflow.rules.roles import Role
from tests.web.conftest import Visitor


def test_every_style_and_picture_comes_from_this_house_and_is_there(visitor: Visitor) -> None:
    page = visitor.get("/")
    files = [link.get("href", "") for link in page.every(".//link[@href]")]
    files += [image.get("src", "") for image in page.every(".//img")]
    assert len(files) >= 3
    for file in files:
        assert file.startswith("/")
        assert visitor.get(file).status == 200


def test_a_changed_style_has_a_new_address(visitor: Visitor) -> None:
    theme = [link.get("href", "") for link in visitor.get("/").every(".//link") if "theme" in link.get("href", "")]
    assert "?v=" in theme[0]


def test_the_navigation_is_that_of_the_reader_and_says_where_one_is(
    visitor: Visitor, sign_in: Callable[..., Visitor]
) -> None:
    assert [link.text for link in visitor.get("/ask").every(".//nav//a[@aria-current='page']")] == ["提出申请"]
    ways = [link.text for link in sign_in(Role.clerk).get("/").every(".//nav//a")]
    assert "待办案件" in ways
    assert "提出申请" not in ways


def test_a_page_works_without_a_script(visitor: Visitor) -> None:
    for path in ("/", "/ask", "/follow", "/signin"):
        assert visitor.get(path).every(".//script") == []
