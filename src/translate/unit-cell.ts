import type { ObjectRef } from "../base/problem.ts";
import { type KubernetesObject, keyOf, type ObjectKey, refOf } from "../resources/kind.ts";
import { type Cells, WantedCell } from "../store/view.ts";
import { compileUnit } from "./compile-unit.ts";
import type { Claim, Fragment } from "./fragment.ts";
import type { Input, View } from "./input.ts";
import type { Unit } from "./unit.ts";

/** What a unit is that is not compiled yet, or gone. */
export const NOTHING: Fragment = { claims: [], problems: [] };
const UNIT_ORDER = 0;

/** Whoever holds units, and is told by them. */
interface Holder {
  /** Takes over what a unit was compiled to. */
  assign(unit: UnitCell, fragment: Fragment): void;
  /** Forgets a unit whose object is gone. */
  remove(unit: UnitCell): void;
}

/** One root object and what it came to. */
export class UnitCell extends WantedCell<Input> {
  readonly unit: Unit;
  readonly key: ObjectKey;
  readonly ref: ObjectRef;
  readonly #holder: Holder;
  fragment = NOTHING;
  /** As the linker holds them: those of the fragment, or blocked ones when the object is left out. */
  claims: readonly Claim[] = NOTHING.claims;

  constructor(holder: Holder, cells: Cells<Input>, unit: Unit, object: KubernetesObject) {
    super(cells, UNIT_ORDER);
    this.#holder = holder;
    this.unit = unit;
    this.key = keyOf(object);
    this.ref = refOf(object);
  }

  get id(): string {
    return this.key;
  }

  override evaluate(view: View): void {
    const object = view.get(this.unit.kind, this.ref.namespace, this.ref.name);
    if (object === undefined ? !this.pending : this.unit.wants?.(object) === false) {
      this.#holder.remove(this);
      return;
    }
    const fragment = object === undefined ? this.fragment : compileUnit(this.unit, object, view, this.ref);
    // What waits for a Secret keeps its former value: a lost connection to the API server must not take routes away.
    if (!this.pending || this.fragment === NOTHING) this.#holder.assign(this, fragment);
  }
}
