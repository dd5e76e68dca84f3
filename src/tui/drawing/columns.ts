import { padEnd, padStart } from './cells.ts';

/** A column of a table of `Row`s. */
export type Column<Row> = {
  readonly title: string;
  /** Cells that it takes, beside the two that part it from the next. */
  readonly cells: number;
  /** How wide it may get where there is room left over. */
  readonly most?: number;
  readonly right?: boolean;
  /** How much it matters: where not all fit, those of the lowest rank go first. */
  readonly rank: number;
  readonly of: (row: Row) => string;
};

const GAP = 2;

/** The columns that fit into `cols` cells, as wide as there is room for. The one that matters most stays, however narrow it gets. */
export function fitting<Row>(columns: readonly Column<Row>[], cols: number): readonly Column<Row>[] {
  let shown = columns;
  const taken = (): number => shown.reduce((sum, { cells }) => sum + cells + GAP, -GAP);
  while (shown.length > 1 && taken() > cols) {
    const least = Math.min(...shown.map(({ rank }) => rank));
    const last = shown.findLastIndex(({ rank }) => rank === least);
    shown = shown.toSpliced(last, 1);
  }
  let left = cols - taken();
  return shown.map((column) => {
    const more = Math.max(-column.cells, Math.min(left, (column.most ?? column.cells) - column.cells));
    left -= more;
    return { ...column, cells: column.cells + more };
  });
}

/** The line above a table. */
export const titles = <Row>(columns: readonly Column<Row>[]): string => line(columns, ({ title }) => title);

/** One row of a table: each text in exactly the cells of its column. */
export const tableRow = <Row>(columns: readonly Column<Row>[], row: Row): string => line(columns, ({ of }) => of(row));

const line = <Row>(columns: readonly Column<Row>[], text: (column: Column<Row>) => string): string =>
  columns
    .map((column) => (column.right ? padStart(text(column), column.cells) : padEnd(text(column), column.cells)))
    .join(' '.repeat(GAP));
