import type {FieldType, Row, Value} from '#lib/sandbox/erp/world/dictionary.js'
import type {WorldView} from '#lib/sandbox/erp/world/world.js'
import type {Problem} from './error-payload.js'
import type {EntitySet, Service} from './model.js'
import type {Shape} from './shape.js'

/** Where and for whom an answer is written. */
export interface Scene {
  readonly service: Service
  /** The address of the service as the client reached it. */
  readonly root: string
  readonly view: WorldView
  /** V4 clients that ask for `IEEE754Compatible=true` get decimals as texts. */
  readonly decimalsAsText: boolean
}

/** What differs between the two versions of OData, once a request is understood. */
export interface Protocol {
  readonly headers: Readonly<Record<string, string>>
  /** A value of a JSON body, or undefined if a field of this type cannot hold it. */
  readonly readValue: (type: FieldType, json: unknown) => Value | undefined
  readonly entity: (scene: Scene, set: EntitySet, row: Row, shape: Shape) => unknown
  readonly collection: (scene: Scene, set: EntitySet, rows: readonly Row[], shape: Shape, count?: number) => unknown
  readonly serviceDocument: (scene: Scene) => unknown
  readonly metadata: (service: Service) => string
  readonly problem: (problem: Problem, namespace: string) => unknown
  /** Whether a change answers with the entity as it is now. */
  readonly returnsChanged: boolean
}
