import type {XmlElement} from '#lib/kernel/xml.js'

/** The segments of that name inside another. */
export function segmentsOf(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name)
}

/** The first segment of that name whose field has the value, e.g. the one of a qualifier. */
export function segmentWith(parent: XmlElement, name: string, field: string, value: string): XmlElement | undefined {
  return segmentsOf(parent, name).find((segment) => fieldOf(segment, field) === value)
}

/** What a field holds; empty if segment or field are not there. */
export function fieldOf(segment: XmlElement | undefined, name: string): string {
  return segment?.children.find((child) => child.name === name)?.text.trim() ?? ''
}
