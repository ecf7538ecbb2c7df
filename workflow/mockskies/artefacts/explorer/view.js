"use strict";

/* The wide view as a deep zoom; the viewer is loaded when the view is looked at for the first time. */
class WideView {
  /* Width on the screen (px) from which a click on a tile opens its galaxy; below, it zooms. */
  static LEGIBLE = 40;

  /* `open(galaxy)` is called when a galaxy is chosen. */
  constructor(view, open) {
    Object.assign(this, { view, open });
    this.state = document.getElementById("view-state");
    this.element = document.getElementById("viewer");
  }

  start() {
    if (this.started) return;
    this.started = true;
    this.load("tiles.js", () => this.load("openseadragon.min.js", () => this.make()));
  }

  load(file, then) {
    const script = document.createElement("script");
    script.src = file;
    script.addEventListener("load", then);
    script.addEventListener("error", () => this.fail(file));
    document.head.append(script);
  }

  make() {
    const { folder, width, height, tile } = this.view;
    const overview = Math.min(200, this.element.clientWidth / 4);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.viewer = OpenSeadragon({
      element: this.element,
      // Described here and not read from view.dzi: a page that is opened from a disk may not read files.
      tileSources: new OpenSeadragon.DziTileSource({
        width, height, tileSize: tile, tileOverlap: 0, tilesUrl: folder, fileFormat: "jpg",
      }),
      drawer: "canvas",
      showNavigationControl: false,
      showNavigator: true,
      navigatorPosition: "TOP_RIGHT",
      navigatorWidth: `${overview}px`,
      navigatorHeight: `${Math.round((overview * height) / width)}px`,
      navigatorDisplayRegionColor: "#7db8f5",
      maxZoomPixelRatio: 4,
      visibilityRatio: 0.6,
      animationTime: still ? 0 : 0.8,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      gestureSettingsTouch: { dblClickToZoom: true },
    });
    this.viewer.addHandler("tile-drawn", () => (this.state.hidden = true));
    this.viewer.addHandler("open-failed", () => this.fail(folder));
    this.viewer.addHandler("canvas-click", (event) => {
      if (event.quick) this.choose(this.viewer.viewport.pointFromPixel(event.position));
    });
    this.viewer.addHandler("canvas-key", (event) => this.key(event));
    this.element.addEventListener("focusin", (event) => {
      this.element.classList.toggle("keys", event.target.matches(":focus-visible"));
    });
    this.element.addEventListener("focusout", () => this.element.classList.remove("keys"));
    const zoom = (factor) => () => this.viewer.viewport.zoomBy(factor).applyConstraints();
    document.getElementById("view-in").addEventListener("click", zoom(2));
    document.getElementById("view-out").addEventListener("click", zoom(0.5));
    document.getElementById("view-home").addEventListener("click", () => this.viewer.viewport.goHome());
  }

  fail(what) {
    this.state.hidden = false;
    this.state.textContent =
      `The wide view can\u2019t be shown: ${what} is missing. Copy the explorer\u2019s folder as a whole.`;
  }

  /* Open the galaxy at a point of the view, or go nearer where it is too small to be seen. */
  choose(point) {
    const { viewport } = this.viewer;
    const { width, columns, step } = this.view;
    const wide = viewport.getContainerSize().x * viewport.getZoom(true) * (step / width);
    if (wide < WideView.LEGIBLE) {
      viewport.zoomBy(3, point).applyConstraints();
      return;
    }
    const galaxy = this.galaxyAt(point.x * width, point.y * width, columns, step);
    if (galaxy >= 0) this.open(galaxy);
  }

  /* The galaxy whose picture's middle is nearest to x, y (px of the view), in sides of its picture; or -1. */
  galaxyAt(x, y, columns, step) {
    let found = -1;
    // A picture reaches no farther than half a tile beyond its own.
    let least = 0.5;
    for (let row = Math.floor(y / step) - 1; row <= y / step + 1; row++) {
      for (let column = Math.floor(x / step) - 1; column <= x / step + 1; column++) {
        if (row < 0 || column < 0 || column >= columns) continue;
        const start = 4 * (row * columns + column);
        const [image, left, top, side] = window.TILES.slice(start, start + 4);
        const distance = Math.hypot(x - left, y - top) / side;
        if (image >= 0 && distance < least) {
          least = distance;
          found = image;
        }
      }
    }
    return found;
  }

  key(event) {
    const { key } = event.originalEvent;
    // No turning and no mirroring: the wide view has a way up.
    if (["r", "R", "f"].includes(key)) event.preventDefaultAction = true;
    if (key === "Enter") this.choose(this.viewer.viewport.getCenter());
  }
}
