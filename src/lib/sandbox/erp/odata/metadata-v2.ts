import type {FieldType} from '#lib/sandbox/erp/world/dictionary.js'
import {type EntitySet, keyProperties, type Navigation, type Property, type Service, targetOf} from './model.js'

/** The `$metadata` document of a V2 service. */
export function metadataV2(service: Service): string {
  const associations = service.sets.flatMap((set) => set.navigations.map((navigation) => ({set, navigation})))
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData">
<edmx:DataServices m:DataServiceVersion="2.0">
<Schema Namespace="${service.namespace}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
${service.sets.map((set) => entityType(service, set)).join('\n')}
${associations.map(({set, navigation}) => association(service, set, navigation)).join('\n')}
<EntityContainer Name="${service.namespace}_Entities" m:IsDefaultEntityContainer="true">
${service.sets.map(({name, typeName}) => `<EntitySet Name="${name}" EntityType="${service.namespace}.${typeName}"/>`).join('\n')}
${associations.map(({set, navigation}) => associationSet(service, set, navigation)).join('\n')}
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
${set.properties.map((property) => propertyElement(set, property)).join('\n')}
${set.navigations.map(({name}) => `<NavigationProperty Name="${name}" Relationship="${service.namespace}.${set.name}_${name}" FromRole="From" ToRole="To"/>`).join('\n')}
</EntityType>`
}

function propertyElement(set: EntitySet, {name, type, isKey, isComputed, field}: Property): string {
  const nullable = isKey ? ' Nullable="false"' : ''
  const concurrency = set.hasEtag && field === 'LastChangeDateTime' ? ' ConcurrencyMode="Fixed"' : ''
  const access = isComputed ? ' sap:creatable="false" sap:updatable="false"' : isKey ? ' sap:updatable="false"' : ''
  return `<Property Name="${name}" ${edmType(type)}${nullable}${concurrency}${access}/>`
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
      return 'Type="Edm.DateTime" Precision="0" sap:display-format="Date"'
    case 'timestamp':
      return 'Type="Edm.DateTimeOffset" Precision="7"'
  }
}

function association(service: Service, set: EntitySet, navigation: Navigation): string {
  const target = targetOf(service, navigation)
  const [from, to] = navigation.isCollection ? ['1', '*'] : ['*', '0..1']
  return `<Association Name="${set.name}_${navigation.name}">
<End Role="From" Type="${service.namespace}.${set.typeName}" Multiplicity="${from}"/>
<End Role="To" Type="${service.namespace}.${target.typeName}" Multiplicity="${to}"/>
</Association>`
}

function associationSet(service: Service, set: EntitySet, navigation: Navigation): string {
  const name = `${set.name}_${navigation.name}`
  return `<AssociationSet Name="${name}" Association="${service.namespace}.${name}">
<End Role="From" EntitySet="${set.name}"/>
<End Role="To" EntitySet="${navigation.target}"/>
</AssociationSet>`
}
