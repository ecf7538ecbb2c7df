"use strict";

/* One picture at a time, large, beside the real one that is nearest to it. */
class Picture {
  static ZOOMS = [1, 2, 3, 4, 6, 8];
  /* From here on pixels are shown as squares. */
  static PIXELS = 3;

  /* `data` is window.EXPLORER, `sheets` its sheets by name; `closed(position)` is called at the end. */
  constructor(data, sheets, closed) {
    Object.assign(this, { data, sheets, closed, zoom: 0 });
    const find = (id) => document.getElementById(id);
    this.dialog = find("picture");
    this.frames = [find("frame-drawn"), find("frame-real")];
    const actions = {
      previous: () => this.step(-1), next: () => this.step(1), smaller: () => this.magnify(-1),
      larger: () => this.magnify(1), close: () => this.close(),
    };
    this.buttons = {};
    for (const [id, action] of Object.entries(actions)) {
      this.buttons[id] = find(id);
      find(id).addEventListener("click", action);
    }
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("close", () => this.close());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog && this.outside(event)) this.close();
    });
    for (const frame of this.frames) this.listen(frame);
  }

  /* Open what stands at `position` of `pictures`, of `kind` galaxies or bodies. */
  open(kind, pictures, position) {
    Object.assign(this, { kind, pictures, zoom: 0 });
    this.show(position);
    this.dialog.showModal();
    this.dialog.focus();
    this.opened = true;
  }

  /* Close at once: the dialog's own event comes later, when the next key may have been pressed already. */
  close() {
    if (!this.opened) return;
    this.opened = false;
    this.dialog.close();
    this.closed(this.position);
  }

  step(by) {
    const to = this.position + by;
    if (to >= 0 && to < this.pictures.length) this.show(to);
  }

  show(position) {
    this.position = position;
    const picture = this.pictures[position];
    const name = this.kind === "galaxies" ? "Galaxy" : "Body";
    const title = `${name} ${picture + 1}`;
    document.getElementById("picture-title").textContent = title;
    const canvas = document.getElementById("drawn");
    canvas.setAttribute("aria-label", `${title}, generated`);
    this.sheets[this.kind].large.fill(canvas, picture);
    document.getElementById("picture-order").textContent =
      this.pictures.length > 1 ? `${position + 1} of ${this.pictures.length} shown` : "";
    for (const id of ["beside", "votes-head"]) document.getElementById(id).hidden = this.kind !== "galaxies";
    const votes = document.getElementById("votes");
    const strip = document.getElementById("strip");
    votes.replaceChildren();
    strip.replaceChildren();
    if (this.kind === "galaxies") {
      this.fillVotes(votes, picture);
      this.fillStrip(strip, picture);
    }
    this.enable("previous", position > 0);
    this.enable("next", position < this.pictures.length - 1);
    this.apply();
  }

  /* How volunteers would vote on it. */
  fillVotes(element, picture) {
    const { classes, measured } = this.data;
    classes.forEach(({ name, paper }, number) => {
      const share = measured.votes[picture][number];
      const row = element.appendChild(document.createElement("div"));
      row.className = measured.class[picture] === number ? "vote first" : "vote";
      row.appendChild(document.createElement("div")).textContent = `${name} (${paper})`;
      const bar = row.appendChild(document.createElement("span"));
      bar.appendChild(document.createElement("i")).style.width = `${100 * share}%`;
      row.appendChild(document.createElement("output")).textContent = percent(share);
    });
  }

  /* The real galaxies like it: by features, and where all were searched by SSIM, the most similar. */
  fillStrip(element, picture) {
    const { measured, galaxies } = this.data;
    const share = measured.share[picture];
    const found = [
      {
        real: measured.nearest[picture],
        short: "features",
        title: "Nearest in the classifier\u2019s features",
        text:
          `Euclidean distance ${measured.distance[picture]}; ${percent(share)} of real galaxies are nearer than ` +
          `this to another real one. SSIM ${measured.ssim[picture].toFixed(3)}.`,
      },
    ];
    (measured.similar[picture] ?? []).forEach(([real, ssim], rank) =>
      found.push({
        real,
        short: `SSIM ${ssim.toFixed(3)}`,
        title: `Most similar of all by SSIM, number ${rank + 1}`,
        text: `SSIM ${ssim.toFixed(3)}; two equal images have 1.`,
      }),
    );
    const choose = (number) => {
      const { real, title, text } = found[number];
      const identifier = this.data.real.identifiers[real];
      const canvas = document.getElementById("real");
      canvas.setAttribute("aria-label", `GalaxyID ${identifier}`);
      this.sheets.real.fill(canvas, real);
      const heading = document.createElement("b");
      heading.textContent = title;
      const source = this.data.simulated ? "simulated" : "real";
      document.getElementById("real-caption").replaceChildren(heading, `GalaxyID ${identifier}, ${source}. ${text}`);
      [...element.children].forEach((button, other) => button.setAttribute("aria-pressed", other === number));
    };
    if (found.length > 1) {
      found.forEach(({ real, short, title }, number) => {
        const button = element.appendChild(document.createElement("button"));
        button.type = "button";
        button.setAttribute("aria-label", title);
        this.sheets.real.fill(button.appendChild(document.createElement("canvas")), real);
        button.append(short);
        button.addEventListener("click", () => choose(number));
      });
    }
    choose(0);
  }

  magnify(by) {
    const wanted = Math.min(Math.max(this.zoom + by, 0), Picture.ZOOMS.length - 1);
    if (wanted === this.zoom) return;
    const ratio = Picture.ZOOMS[wanted] / Picture.ZOOMS[this.zoom];
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.frames[0];
    this.zoom = wanted;
    this.apply();
    // The middle stays where it was.
    this.frames[0].scrollTo({
      left: (scrollLeft + clientWidth / 2) * ratio - clientWidth / 2,
      top: (scrollTop + clientHeight / 2) * ratio - clientHeight / 2,
      behavior: "instant",
    });
  }

  apply() {
    const zoom = Picture.ZOOMS[this.zoom];
    for (const frame of this.frames) {
      frame.style.setProperty("--zoom", zoom);
      frame.classList.toggle("zoomed", zoom > 1);
      frame.classList.toggle("pixels", zoom >= Picture.PIXELS);
      frame.tabIndex = zoom > 1 ? 0 : -1;
    }
    document.getElementById("zoom").textContent = `${zoom}\u00d7`;
    this.enable("smaller", this.zoom > 0);
    this.enable("larger", this.zoom < Picture.ZOOMS.length - 1);
  }

  /* A button that can do no more hands on the focus, so that keys still work. */
  enable(id, possible) {
    const button = this.buttons[id];
    if (!possible && document.activeElement === button) this.dialog.focus();
    button.disabled = !possible;
  }

  /* Both frames show the same part; the mouse drags it, a double click zooms. */
  listen(frame) {
    const other = this.frames.find((some) => some !== frame);
    frame.addEventListener("scroll", () => {
      if (other.scrollLeft !== frame.scrollLeft) other.scrollLeft = frame.scrollLeft;
      if (other.scrollTop !== frame.scrollTop) other.scrollTop = frame.scrollTop;
    });
    frame.addEventListener("dblclick", () => this.magnify(this.zoom === 0 ? 2 : -this.zoom));
    frame.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button === 0) frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", (event) => {
      if (!frame.hasPointerCapture(event.pointerId)) return;
      frame.scrollLeft -= event.movementX;
      frame.scrollTop -= event.movementY;
    });
  }

  outside({ clientX, clientY }) {
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    // Arrows in a picture that is larger than its frame move it.
    const within = event.target.classList.contains("frame") && this.zoom > 0;
    if (event.key === "ArrowLeft" && !within) this.step(-1);
    else if (event.key === "ArrowRight" && !within) this.step(1);
    else if (event.key === "+" || event.key === "=") this.magnify(1);
    else if (event.key === "-") this.magnify(-1);
    else if (event.key === "0") this.magnify(-this.zoom);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}

/* A share for reading. */
function percent(share) {
  return `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))}\u00a0%`;
}
