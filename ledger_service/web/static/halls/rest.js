// The scene is drawn while somebody acts, and a little longer: an idle room costs no battery. In a headset it
// is always drawn.

const LONGER = 1500; // milliseconds
const ACTS = [
  "pointerdown",
  "pointermove",
  "pointerup",
  "wheel",
  "keydown",
  "keyup",
  "focusin",
  "click",
];

/** Let a scene rest while nobody acts within this element. */
export function restWhenIdle(scene, within) {
  let until = 0;
  let isDrawn = true;
  const wake = () => {
    until = performance.now() + LONGER;
    if (isDrawn) return;
    isDrawn = true;
    scene.renderer.setAnimationLoop(scene.render);
  };
  for (const act of ACTS) within.addEventListener(act, wake, { passive: true });
  for (const name of ["enter-vr", "exit-vr", "others-moved"]) scene.addEventListener(name, wake);
  window.addEventListener("resize", wake);
  wake();
  const looks = setInterval(() => {
    if (!scene.isConnected) clearInterval(looks);
    else if (isDrawn && !scene.is("vr-mode") && performance.now() > until) {
      isDrawn = false;
      scene.renderer.setAnimationLoop(null);
    }
  }, 400);
}
