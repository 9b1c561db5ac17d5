"""What a build says, in Heroku's lines. Source: Dev Center, "Deploying with Git", "Buildpacks", "Release Phase".

No buildpack runs here, so nothing of one is said but which it would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_heroku.store.records import App, Build, Release, Slug

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "Ruby": ("Gemfile",),
    "Node.js": ("package.json",),
    "Clojure": ("project.clj",),
    "Python": ("requirements.txt", "Pipfile.lock", "poetry.lock", "uv.lock", "setup.py"),
    "Java": ("pom.xml",),
    "Gradle": ("gradlew", "build.gradle", "settings.gradle"),
    "Scala": ("build.sbt",),
    "PHP": ("composer.json", "index.php"),
    "Go": ("go.mod",),
}
"""What each of Heroku's buildpacks looks for at the root, in the order in which they are asked."""
NOTHING_DETECTED = (
    "No default language could be detected for this app.\n"
    "\t\t\tHINT: it has no Procfile, and no file that a buildpack looks for (Gemfile, package.json, ...).\n"
    "\t\t\tSee https://devcenter.heroku.com/articles/buildpacks"
)
FAILED = (
    "-----> Installing dependencies\n"
    "       An error occurred while installing them, and the buildpack cannot continue.\n"
    " !     Failed to install dependencies: local Heroku was told to let a build fail.\n"
)


def language(paths: Iterable[str]) -> str:
    """By the files at the source's root; "" where none says it."""
    present = set(paths)
    return next((name for name, marks in LANGUAGES.items() if present & {*marks}), "")


def begun(build: Build) -> str:
    stack = build.heroku_stack.replace("heroku-", "Heroku-")
    return f"-----> Building on the {stack} stack\n{_chosen(build.buildpacks)}"


def _chosen(buildpacks: Sequence[str]) -> str:
    match [_short(one) for one in buildpacks]:
        case []:
            return "-----> Determining which buildpack to use for this app\n"
        case [only]:
            return f"-----> Using buildpack: {only}\n"
        case several:
            lines = "".join(f"       {number}. {name}\n" for number, name in enumerate(several, 1))
            return f"-----> Using buildpacks:\n{lines}"


def _short(buildpack: str) -> str:
    return buildpack.removeprefix("urn:buildpack:")


def refused(error: Exception) -> str:
    return f" !     {error}\n"


def detected(buildpacks: Sequence[str], name: str) -> str:
    return f"-----> {name} app detected\n" if name and not buildpacks else ""


def released(app: App, slug: Slug, release: Release) -> str:
    types = ", ".join(slug.process_types) or "(none)"
    declared = " !     Release command declared: this new release will not be available until the command succeeds.\n"
    return (
        "-----> Discovering process types\n"
        f"       Procfile declares types -> {types}\n\n"
        f"-----> Compressing...\n       Done: {(slug.size or 0) / 2**20:.1f}M\n"
        "-----> Launching...\n"
        f"{declared if release.key else ''}"
        f"       Released v{release.version}\n"
        f"       https://{app.host}/ deployed to Heroku\n"
    )
