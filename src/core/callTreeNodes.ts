/**
 * The nodes of a call tree: numbers, with their fields in columns of typed arrays. 100,000 stacks
 * 30 frames deep make three million nodes; as objects they would take ten times the memory.
 *
 * Most nodes have one child. The first is linked from its parent; only further ones go into a
 * hash table by (parent, info), so that a node with 100,000 children is no slower than another.
 */

const INITIAL_NODES = 1024;

export class CallTreeNodes {
  /** Node 0 is the root: nobody's child, so 0 also means "none" in links and slots. */
  #size = 1;
  #parent = new Int32Array(INITIAL_NODES);
  #info = new Int32Array(INITIAL_NODES);
  #firstChild = new Int32Array(INITIAL_NODES);
  #nextSibling = new Int32Array(INITIAL_NODES);
  #self = new Float64Array(INITIAL_NODES);
  #total = new Float64Array(INITIAL_NODES);
  /** Open addressing, at most half full. */
  #slots = new Int32Array(INITIAL_NODES);
  #hashed = 0;

  get size(): number {
    return this.#size;
  }

  parent(node: number): number {
    return at(this.#parent, node);
  }

  info(node: number): number {
    return at(this.#info, node);
  }

  self(node: number): number {
    return at(this.#self, node);
  }

  total(node: number): number {
    return at(this.#total, node);
  }

  addSelf(node: number, count: number): void {
    this.#self[node] = this.self(node) + count;
  }

  addTotal(node: number, count: number): void {
    this.#total[node] = this.total(node) + count;
  }

  firstChild(node: number): number {
    return at(this.#firstChild, node);
  }

  nextSibling(node: number): number {
    return at(this.#nextSibling, node);
  }

  /** The child of `parent` that stands for `info`, made on first sight. */
  child(parent: number, info: number): number {
    const first = at(this.#firstChild, parent);
    if (first === 0) return this.#appendFirst(parent, info);
    if (this.#info[first] === info) return first;
    const slot = this.#find(parent, info);
    return at(this.#slots, slot) || this.#appendFurther(first, info, slot);
  }

  #appendFirst(parent: number, info: number): number {
    const node = this.#append(parent, info);
    this.#firstChild[parent] = node;
    return node;
  }

  #appendFurther(first: number, info: number, slot: number): number {
    const node = this.#append(this.parent(first), info);
    this.#nextSibling[node] = at(this.#nextSibling, first);
    this.#nextSibling[first] = node;
    this.#slots[slot] = node;
    this.#hashed++;
    if (2 * this.#hashed > this.#slots.length) this.#rehash();
    return node;
  }

  #append(parent: number, info: number): number {
    if (this.#size === this.#parent.length) this.#grow();
    const node = this.#size++;
    this.#parent[node] = parent;
    this.#info[node] = info;
    return node;
  }

  /** The slot of this child, or the free one where it belongs. */
  #find(parent: number, info: number): number {
    const [slots, parents, infos] = [this.#slots, this.#parent, this.#info];
    const mask = slots.length - 1;
    let slot = hash(parent, info) & mask;
    for (let node; (node = at(slots, slot)) !== 0; slot = (slot + 1) & mask) {
      if (parents[node] === parent && infos[node] === info) break;
    }
    return slot;
  }

  #rehash(): void {
    const nodes = this.#slots;
    this.#slots = new Int32Array(2 * nodes.length);
    for (const node of nodes) {
      if (node !== 0) this.#slots[this.#find(this.parent(node), this.info(node))] = node;
    }
  }

  #grow(): void {
    const length = 2 * this.#size;
    this.#parent = grown(this.#parent, new Int32Array(length));
    this.#info = grown(this.#info, new Int32Array(length));
    this.#firstChild = grown(this.#firstChild, new Int32Array(length));
    this.#nextSibling = grown(this.#nextSibling, new Int32Array(length));
    this.#self = grown(this.#self, new Float64Array(length));
    this.#total = grown(this.#total, new Float64Array(length));
  }
}

function grown<Column extends Int32Array | Float64Array>(old: Column, larger: Column): Column {
  larger.set(old);
  return larger;
}

function at(column: Int32Array | Float64Array, index: number): number {
  return column[index] ?? 0;
}

function hash(parent: number, info: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(info + 1, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
