"""The root holds what ARCHITECTURE.md says, and nothing else."""

from tests.house.source import kept

ROOT_HOLDS = {
    # the three faces, the core, and what belongs to them
    *("portal", "internal", "notifications", "tieout", "templates", "migrations", "tests"),
    # words
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "docs"),
    # what tools insist on
    *("pyproject.toml", "requirements.lock", "requirements-dev.lock", ".gitignore"),
    *("run", ".ci", "bench", "deploy"),
}


def test_the_root_holds_nothing_else() -> None:
    assert {path.parts[0] for path in kept()} - ROOT_HOLDS == set()
