// The sticks of a headset's controllers: the left one walks; the right one walks ahead and back, and turns.

const STILL = 0.2; // a stick that nobody touches is seldom at zero
const IS_TURN = 0.7;
const NONE = { aside: 0, ahead: 0, turn: 0 };

/** Return how far the sticks are pushed, each from -1 to 1: steps aside and ahead, and a turn to the right. */
export function sticksOf(session) {
  const told = { ...NONE };
  for (const { gamepad, handedness } of session?.inputSources ?? []) {
    if (!gamepad) continue;
    // Of "xr-standard" the first two axes are a touchpad's.
    const [x = 0, y = 0] = gamepad.axes.length >= 4 ? gamepad.axes.slice(2) : gamepad.axes;
    if (Math.abs(y) > STILL) told.ahead -= y;
    if (handedness !== "right") told.aside += Math.abs(x) > STILL ? x : 0;
    else if (Math.abs(x) > IS_TURN) told.turn = x;
  }
  return told;
}
