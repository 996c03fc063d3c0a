/**
 * Types of the npm package `ml-isolation-forest` 0.1.0, which ships none: the part we use. The
 * trees are its inner data; we read them, because its own scores are biased (see isolationTree.ts).
 */
declare module 'ml-isolation-forest' {
  export interface TreeNode {
    /** Absent in a leaf. */
    readonly left?: TreeNode;
    readonly right?: TreeNode;
    readonly splitColumn?: number;
    /** Rows below it went left, the others right. */
    readonly splitValue?: number;
    /** The rows that ended here; absent in an inner node. */
    readonly trainingSet?: readonly (readonly number[])[];
  }

  export class IsolationForest {
    constructor(options?: { nEstimators?: number });
    readonly forest: readonly TreeNode[];
    /** Appends trees to `forest`, split by `Math.random`. */
    train(rows: readonly (readonly number[])[]): void;
  }
}
