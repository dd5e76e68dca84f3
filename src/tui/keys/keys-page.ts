import { helpRows, USUAL_KEYS } from './key-map.ts';

/** `docs/terminal.md` with its table of keys made anew: what stands between `<!-- begin keys -->` and `<!-- end keys -->`. */
export const fillKeysPage = (page: string): string =>
  page.replace(/(<!-- begin keys -->\n)[\s\S]*?(<!-- end keys -->)/, (_all, begin: string, end: string) =>
    [begin, ...keyRows().map((line) => `${line}\n`), end].join(''),
  );

function keyRows(): readonly string[] {
  const rows = helpRows(USUAL_KEYS);
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups.flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    `| ${group} | |`,
    '| --- | --- |',
    ...rows.filter((row) => row.group === group).map(({ keys, does }) => `| ${keys} | ${does} |`),
  ]);
}
