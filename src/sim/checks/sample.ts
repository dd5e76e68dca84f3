/** Of how many nodes a rule that costs something for each of them is asked at once: in nets up to this size, all. */
const SAMPLE_MAX = 128;

/** Some of these, the same in every run and evenly spread; all of them when they are no more than `max`. */
export function sampleOf<Thing>(things: readonly Thing[], max = SAMPLE_MAX): readonly Thing[] {
  const step = Math.ceil(things.length / max);
  return step <= 1 ? things : things.filter((_, index) => index % step === 0);
}
