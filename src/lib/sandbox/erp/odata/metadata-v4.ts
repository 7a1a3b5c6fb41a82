import type {FieldType} from '#lib/sandbox/erp/world/dictionary.js'
import {type EntitySet, keyProperties, type Navigation, type Property, type Service, targetOf} from './model.js'

/** The `$metadata` document of a V4 service. */
export function metadataV4(service: Service): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices>
<Schema Namespace="${service.namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
${service.sets.map((set) => entityType(service, set)).join('\n')}
<EntityContainer Name="Container">
${service.sets.map((set) => entitySet(service, set)).join('\n')}
</EntityContainer>
</Schema>
</edmx:DataServices>
</edmx:Edmx>
`
}

function entityType(service: Service, set: EntitySet): string {
  return `<EntityType Name="${set.typeName}">
<Key>${keyProperties(set)
    .map(({name}) => `<PropertyRef Name="${name}"/>`)
    .join('')}</Key>
${set.properties.map(propertyElement).join('\n')}
${set.navigations.map((navigation) => navigationElement(service, navigation)).join('\n')}
</EntityType>`
}

function propertyElement({name, type, isKey, isComputed}: Property): string {
  const element = `Name="${name}" ${edmType(type)}${isKey ? ' Nullable="false"' : ''}`
  if (!isComputed) return `<Property ${element}/>`
  return `<Property ${element}><Annotation Term="Org.OData.Core.V1.Computed" Bool="true"/></Property>`
}

function navigationElement(service: Service, navigation: Navigation): string {
  const type = `${service.namespace}.${targetOf(service, navigation).typeName}`
  return `<NavigationProperty Name="${navigation.name}" Type="${navigation.isCollection ? `Collection(${type})` : type}"/>`
}

function entitySet(service: Service, {name, typeName, navigations, hasEtag}: EntitySet): string {
  const bindings = navigations.map(
    (navigation) => `<NavigationPropertyBinding Path="${navigation.name}" Target="${navigation.target}"/>`,
  )
  const concurrency =
    '<Annotation Term="Org.OData.Core.V1.OptimisticConcurrency"><Collection><PropertyPath>LastChangeDateTime</PropertyPath></Collection></Annotation>'
  return `<EntitySet Name="${name}" EntityType="${service.namespace}.${typeName}">
${[...bindings, ...(hasEtag ? [concurrency] : [])].join('\n')}
</EntitySet>`
}

function edmType(type: FieldType): string {
  switch (type.kind) {
    case 'text':
      return `Type="Edm.String" MaxLength="${type.length}"`
    case 'decimal':
      return `Type="Edm.Decimal" Precision="${type.precision}" Scale="${type.scale}"`
    case 'flag':
      return 'Type="Edm.Boolean"'
    case 'date':
      return 'Type="Edm.Date"'
    case 'timestamp':
      return 'Type="Edm.DateTimeOffset" Precision="7"'
  }
}
