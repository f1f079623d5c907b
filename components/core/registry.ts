import * as pulumi from "@pulumi/pulumi";

/**
 * What all services of a platform have said about one matter (routes, metrics, alerts, …). Complete only when the
 * platform is sealed at the end of index.ts; `all` resolves then.
 */
export class Registry<T> {
  private readonly items: T[] = [];
  private sealed = false;
  private resolve: (items: readonly T[]) => void = () => undefined;
  readonly all: pulumi.Output<readonly T[]>;

  constructor(private readonly what: string) {
    this.all = pulumi.output(new Promise<readonly T[]>((resolve) => (this.resolve = resolve))) as pulumi.Output<
      readonly T[]
    >;
  }

  /** @param owner the service that adds, for the message when it is too late */
  add(owner: string, item: T): void {
    if (this.sealed) {
      throw new pulumi.RunError(`${owner} adds to the ${this.what} after the platform was sealed; make it before that`);
    }
    this.items.push(item);
  }

  seal(): void {
    this.sealed = true;
    this.resolve(this.items);
  }
}
