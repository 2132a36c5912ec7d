/** Does a piece of work for every item, so many at a time; gives what came of them in the order of the items. */
export async function atOnce<Item, Done>(
  workers: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [at, item] of left) done[at] = await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return done;
}
