"use strict";
// textual.js makes a terminal and connects it. It knows nothing of how a session ends, and measures the font at once:
// so the font has to be there before.

const terminal = document.querySelector(".textual-terminal");
const ended = document.querySelector(".ended");

terminal.dataset.sessionWebsocketUrl = location.origin.replace(/^http/, "ws") + "/socket";

// What looks like a link on the screen leads into the simulated organization, and nowhere else.
window.open = () => null;

window.WebSocket = class extends WebSocket {
  constructor(...where) {
    super(...where);
    let farewell = "The connection was lost. Your sandbox is saved, and waits for you.";
    this.addEventListener("open", () => document.querySelector(".xterm-helper-textarea").focus());
    this.addEventListener("message", ({ data }) => {
      const [kind, said] = typeof data === "string" ? JSON.parse(data) : [];
      if (kind === "farewell") farewell = said;
    });
    this.addEventListener("close", ({ code }) => {
      if (code === 1009) farewell = "That was too much at once. Your sandbox is saved, and waits for you.";
      ended.querySelector("p").textContent = farewell;
      ended.hidden = false;
      ended.querySelector("a").focus();
    });
  }

  send(said) {
    if (this.readyState === WebSocket.OPEN) super.send(said);
  }
};

window.addEventListener("load", async () => {
  const fonts = ["", "bold ", "italic "].map((style) => document.fonts.load(`${style}16px "Roboto Mono"`));
  await Promise.allSettled(fonts);
  const script = document.createElement("script");
  script.src = "/static/textual.js";
  script.addEventListener("load", () => window.onload()); // it waits for what has happened
  document.head.append(script);
});
