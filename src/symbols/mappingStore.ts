/**
 * The mappings of all processes, those of a fork shared with its parent: what the kernel prints of
 * both is the same text. It only counts what they take; who asks decides which are to go.
 */
import { createHash } from 'node:crypto';
import { MappingTable } from './mappingTable';

interface SharedTable {
  readonly table: MappingTable;
  users: number;
}

export class MappingStore {
  readonly #byText = new Map<string, SharedTable>();
  readonly #keys = new Map<MappingTable, string>();
  #bytes = 0;

  /** Give it back when the process is forgotten, or has got another one. */
  take(text: string): MappingTable {
    const key = createHash('sha256').update(text, 'latin1').digest('base64');
    const shared = this.#byText.get(key) ?? this.#add(key, new MappingTable(text));
    shared.users++;
    return shared.table;
  }

  giveBack(table: MappingTable): void {
    const key = this.#keys.get(table);
    const shared = key === undefined ? undefined : this.#byText.get(key);
    if (key === undefined || !shared || --shared.users > 0) return;
    this.#byText.delete(key);
    this.#keys.delete(table);
    this.#bytes -= table.byteLength;
  }

  get byteLength(): number {
    return this.#bytes;
  }

  #add(key: string, table: MappingTable): SharedTable {
    const shared = { table, users: 0 };
    this.#byText.set(key, shared);
    this.#keys.set(table, key);
    this.#bytes += table.byteLength;
    return shared;
  }
}
