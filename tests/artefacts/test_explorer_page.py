"""The explorer in a browser, opened from the disk: skipped where there is no Chromium."""

import base64
import io
import shutil

import numpy as np
import pandas as pd
import pytest
from devtools import Browser, Page
from explorer_results import GALAXIES, ROOT, SEARCHED, colour, explore, make_inputs
from PIL import Image

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# As the workflow has installed it, in results/ or in results/demo/.
VIEWERS = [
    path
    for folder in (ROOT / "results", ROOT / "results/demo")
    if (path := folder / "artefacts/viewer/openseadragon.min.js").is_file()
]
GRID = "document.getElementById('galaxies-grid')"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed, so the explorer is not looked at in a browser"
)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Inputs of the explorer, and the explorer in a folder with a space in its name."""
    root = tmp_path_factory.mktemp("results")
    inputs = make_inputs(root)
    if VIEWERS:
        inputs["library"] = VIEWERS[-1]
    return inputs, explore(inputs, root / "made").rename(root / "an explorer")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(CHROMIUM, tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture
def open_page(browser, results):
    """Opens the explorer; in the end nothing has failed and nothing was asked of the network."""
    pages = []

    def make(width=1440, height=900, phone=False):
        pages.append(Page(browser, width, height, phone))
        pages[-1].open(results[1] / "index.html")
        pages[-1].wait(
            "document.readyState === 'complete' && document.querySelector('.cell') "
            "&& !document.querySelector('.waiting')"
        )
        return pages[-1]

    yield make
    for page in pages:
        faults = page.happened("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
        assert faults == []
        asked = page.happened("Network.requestWillBeSent")
        urls = [event["params"]["request"]["url"] for event in asked]
        assert len(urls) > 8
        assert all(url.startswith(("file:", "data:", "blob:")) for url in urls), urls


def colour_at(page, x, y):
    """Red, green and blue that the page shows at a point."""
    with Image.open(io.BytesIO(base64.b64decode(page.picture()))) as image:
        return np.array(image.convert("RGB").getpixel((round(x), round(y)))).astype(int)


def middle(page, selector):
    """Middle of an element on the screen."""
    return page.ask(
        f"(({{left, top, width, height}}) => [left + width / 2, top + height / 2])"
        f"(document.querySelector('{selector}').getBoundingClientRect())"
    )


def assert_shows(page, selector, kind, number):
    found = colour_at(page, *middle(page, selector))
    assert np.abs(found - colour(kind, number)).max() <= 6, (found, colour(kind, number))


def labels(page):
    return page.ask(f"[...{GRID}.querySelectorAll('.cell:not([hidden]) button')].map(b => b.ariaLabel)")


def galaxies(page):
    """Galaxies on the screen in their order, counted from 0."""
    return [int(label.split()[1].rstrip(",")) - 1 for label in labels(page)]


def test_the_page_shows_every_galaxy_and_its_class(open_page, results):
    page = open_page()
    votes = np.load(results[0]["votes"])[:, :3]
    names = ["smooth", "features or disc"]
    assert (
        page.ask("document.title") == "Simulated: 50 generated galaxies after 12\u2009000 steps of training"
    )
    assert galaxies(page) == list(range(GALAXIES))
    for galaxy, label in enumerate(labels(page)):
        assert f"Galaxy {galaxy + 1}, {names[votes[galaxy].argmax()]}, " in label
    for galaxy in (0, 17, 49):
        assert_shows(page, f'[data-position="{galaxy}"]', "galaxies", galaxy)


def test_galaxies_are_chosen_by_class(open_page, results):
    page = open_page()
    votes = np.load(results[0]["votes"])[:, :3]
    spirals = np.flatnonzero(votes.argmax(axis=1) == 1).tolist()
    page.click("document.querySelectorAll('#classes label')[2]")
    page.wait(f"document.getElementById('shown').textContent === '{len(spirals)} of 50 shown'")
    assert galaxies(page) == spirals
    page.click("document.querySelectorAll('#classes label')[3]")
    page.wait("!document.getElementById('empty').hidden")
    assert page.ask(f"{GRID}.hidden")
    page.click("document.getElementById('all')")
    page.wait(f"!{GRID}.hidden && document.getElementById('empty').hidden")
    assert galaxies(page) == list(range(GALAXIES))


@pytest.mark.parametrize(
    ("order", "column", "ascending"),
    [("nearest", "distance", True), ("farthest", "distance", False), ("similar", "ssim", False)],
)
def test_galaxies_are_put_in_order(open_page, results, order, column, ascending):
    page = open_page()
    page.ask(
        f"choice.elements.order.value = '{order}',"
        "choice.elements.order.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    nearest = pd.read_csv(results[0]["nearest"])
    assert galaxies(page) == nearest.sort_values(column, ascending=ascending)["image"].tolist()


def test_keys_lead_from_picture_to_picture(open_page):
    page = open_page()
    columns = page.ask(f"Number({GRID}.ariaColCount)")
    page.ask(f"{GRID}.querySelector('button').focus()")
    focused = "Number(document.activeElement.closest('.cell').dataset.position)"
    for keys, position in (
        (["ArrowRight", "ArrowDown"], columns + 1),
        (["ArrowLeft", "ArrowUp", "ArrowUp"], 0),
        (["End"], 49),
        (["ArrowRight"], 49),
        (["Home"], 0),
    ):
        page.press(*keys)
        assert page.ask(focused) == position, keys
    page.press("+")
    assert page.ask(f"Number({GRID}.ariaColCount)") < columns
    page.press("-", "-")
    assert page.ask(f"Number({GRID}.ariaColCount)") > columns
    page.press("ArrowDown", "Enter")
    opened = page.ask(f"Number({GRID}.ariaColCount)")
    assert page.ask("document.getElementById('picture-title').textContent") == f"Galaxy {opened + 1}"
    page.press("ArrowRight", "+", "+")
    assert page.ask("document.getElementById('zoom').textContent") == "3\u00d7"
    assert page.ask(
        "((frame) => frame.scrollWidth > 2.9 * frame.clientWidth)(document.getElementById('frame-real'))"
    )
    page.press("Escape")
    assert not page.ask("document.getElementById('picture').open")
    assert page.ask(focused) == opened + 1


def test_only_what_is_near_the_window_is_on_the_page(open_page):
    page = open_page(500, 420)
    assert len(labels(page)) < GALAXIES
    page.ask(f"{GRID}.scrollTop = 1e6")
    page.wait(f"{GRID}.querySelector('[data-position=\"49\"]') && !document.querySelector('.waiting')")
    assert_shows(page, '[data-position="49"]', "galaxies", 49)


def test_a_galaxy_stands_beside_the_real_ones_like_it(open_page, results):
    page = open_page()
    inputs = results[0]
    nearest = pd.read_csv(inputs["nearest"])
    searched = SEARCHED[1]
    page.click(f"{GRID}.querySelector('[data-position=\"{searched}\"]')")
    page.wait("!document.querySelector('dialog .waiting')")
    text = page.ask("document.getElementById('real-caption').textContent")
    row = nearest.loc[searched]
    assert f"GalaxyID {1000 + 7 * row.real:.0f}, simulated. Euclidean distance {row.distance:.4g}; " in text
    assert_shows(page, "#drawn", "galaxies", searched)
    assert_shows(page, "#real", "real", int(row.real))
    assert page.ask("document.querySelectorAll('#strip button').length") == 4
    page.click("document.querySelectorAll('#strip button')[2]")
    page.wait("!document.querySelector('dialog .waiting')")
    text = page.ask("document.getElementById('real-caption').textContent")
    assert text.startswith("Most similar of all by SSIM, number 2GalaxyID 1056, simulated. SSIM 0.800;")
    assert_shows(page, "#real", "real", 8)
    # The next one was not searched by SSIM.
    page.click("document.getElementById('next')")
    assert page.ask("document.querySelectorAll('#strip button').length") == 0
    page.click("document.getElementById('close')")
    assert page.ask("document.activeElement.ariaLabel").startswith(f"Galaxy {searched + 2},")


def test_bodies_have_a_page_of_their_own(open_page):
    page = open_page()
    page.click("document.getElementById('tab-bodies')")
    page.wait("document.querySelector('#bodies .cell') && !document.querySelector('.waiting')")
    assert_shows(page, '#bodies [data-position="3"]', "bodies", 3)
    page.click("document.querySelector('#bodies [data-position=\"3\"]')")
    page.wait("!document.querySelector('dialog .waiting')")
    assert page.ask("document.getElementById('picture-title').textContent") == "Body 4"
    assert page.ask("document.getElementById('beside').hidden")


def test_tabs_are_reached_by_keys_and_kept_in_the_address(open_page):
    page = open_page()
    page.ask("document.getElementById('tab-galaxies').focus()")
    page.press("ArrowLeft")
    page.wait("!document.getElementById('about').hidden")
    assert page.ask("document.activeElement.id") == "tab-about"
    assert page.ask("location.hash") == "#about"
    page.press("ArrowRight")
    page.wait("!document.getElementById('galaxies').hidden")


@pytest.mark.skipif(not VIEWERS, reason="OpenSeadragon is not in results/: `make demo` installs it")
def test_the_wide_view_is_a_deep_zoom_whose_galaxies_can_be_opened(open_page, results):
    page = open_page()
    # The page keeps the viewer to itself; a test has to reach it.
    page.ask(
        "((make) => { WideView.prototype.make = function () { make.call(this); window.wide = this; }; })"
        "(WideView.prototype.make)"
    )
    page.click("document.getElementById('tab-view')")
    page.wait("document.getElementById('view-state').hidden")
    tiles = pd.read_csv(results[0]["view"] / "tiles.csv")
    tile = tiles[tiles["blank"] == 0].sort_values("scale").iloc[-1]
    page.ask(
        f"wide.viewer.viewport.panTo(new OpenSeadragon.Point({tile.x} / 400, {tile.y} / 400), true)"
        ".zoomTo(2, null, true).applyConstraints(true), 0"
    )
    page.wait("wide.viewer.world.getItemAt(0).getFullyLoaded()")
    page.ask("document.querySelector('#viewer [tabindex]').focus()")
    page.press("Enter")
    title = page.ask("document.getElementById('picture-title').textContent")
    assert title == f"Galaxy {tile.image + 1:.0f}"
    page.press("Escape")
    # So small a view is shown at its largest already.
    zoom = page.ask("wide.viewer.viewport.getZoom()")
    page.click("document.getElementById('view-out')")
    page.wait(f"wide.viewer.viewport.getZoom() < {zoom} - 0.1")
    page.click("document.getElementById('view-in')")
    page.wait(f"wide.viewer.viewport.getZoom() > {zoom} - 0.01")
    page.click("document.getElementById('view-home')")
    page.wait("Math.abs(wide.viewer.viewport.getZoom() - wide.viewer.viewport.getHomeZoom()) < 0.01")


def test_nothing_is_wider_than_a_phone(open_page):
    page = open_page(390, 844, phone=True)
    for tab in ("galaxies", "bodies", "about"):
        page.click(f"document.getElementById('tab-{tab}')")
        page.wait(f"!document.getElementById('{tab}').hidden")
        assert page.ask("document.documentElement.scrollWidth") <= 390
        assert page.ask(f"document.getElementById('{tab}').scrollWidth") <= 390
    page.click("document.getElementById('tab-galaxies')")
    page.wait(f"{GRID}.querySelector('[data-position=\"4\"]').clientWidth > 0")
    page.click(f"{GRID}.querySelector('[data-position=\"4\"]')")
    page.wait("document.getElementById('picture').open")
    assert page.ask("document.getElementById('picture').scrollWidth") <= 390


def test_a_folder_that_was_copied_in_part_says_so(browser, results, tmp_path):
    folder = shutil.copytree(results[1], tmp_path / "explorer")
    (folder / "data.js").unlink()
    page = Page(browser, 800, 600)
    page.open(folder / "index.html")
    page.wait("document.readyState === 'complete'")
    text = page.ask("document.getElementById('loading').textContent")
    assert text == "data.js is missing. Copy the explorer\u2019s folder as a whole."
