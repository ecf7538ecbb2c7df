"use strict";

/* Pictures that lie on sheets: a sheet is loaded when one of its pictures is wanted for the first time. */
class Sheets {
  /* How many sheets stay in memory, 4 MB each when unpacked. */
  static KEPT = 48;

  constructor({ folder, side, columns }) {
    Object.assign(this, { folder, side, columns, sheets: new Map() });
  }

  /* Draw picture `index` on a square of `canvas`, unless by the time it has come it is no longer `wanted`.
     The class of `frame` says that it waits, or that its sheet is missing. */
  async draw(canvas, index, { x, y, width }, frame, wanted) {
    frame.classList.remove("missing");
    frame.classList.add("waiting");
    const place = index % this.columns ** 2;
    const sheet = await this.sheet(Math.floor(index / this.columns ** 2)).catch(() => null);
    if (!wanted()) return;
    frame.classList.remove("waiting");
    frame.classList.toggle("missing", !sheet);
    if (!sheet) return;
    const left = (place % this.columns) * this.side;
    const top = Math.floor(place / this.columns) * this.side;
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(sheet, left, top, this.side, this.side, x, y, width, width);
  }

  /* Draw picture `index` on all of `canvas`, pixel for pixel. */
  fill(canvas, index) {
    canvas.width = canvas.height = this.side;
    const wanted = (canvas.wanted = {});
    this.draw(canvas, index, { x: 0, y: 0, width: this.side }, canvas, () => canvas.wanted === wanted);
  }

  /* A sheet, once it has come; the longest unused goes when there are too many. */
  sheet(number) {
    const found = this.sheets.get(number) ?? this.load(number);
    this.sheets.delete(number);
    this.sheets.set(number, found);
    if (this.sheets.size > Sheets.KEPT) this.sheets.delete(this.sheets.keys().next().value);
    return found;
  }

  async load(number) {
    const image = new Image();
    image.src = `${this.folder}/${String(number).padStart(3, "0")}.jpg`;
    await image.decode();
    // Unpacked once, and not for every picture anew.
    return createImageBitmap(image);
  }
}
