package wire

import (
	"sort"
)

// arrange puts the fields in the order of writing and indexes them by name.
func (b *builder) arrange(sh *shape) {
	rank := map[string]int{}
	for i, name := range b.service.MemberOrder[sh.name] {
		rank[name] = i + 1
	}
	sort.Slice(sh.fields, func(i, j int) bool {
		x, y := sh.fields[i], sh.fields[j]
		if rx, ry := rank[x.name], rank[y.name]; rx != ry {
			// Members that the order does not know come last.
			return rx != 0 && (ry == 0 || rx < ry)
		}
		return x.name < y.name
	})
	sh.byName = indexed(sh.fields, func(f *field) string { return f.name })
	sh.byJSONName = indexed(inBodyOf(sh.fields), func(f *field) string { return f.jsonName })
	sh.byXML = indexed(sh.fields, func(f *field) string { return f.xml })
	sh.byEC2 = indexed(sh.fields, func(f *field) string { return f.ec2 })
}

func inBodyOf(fields []*field) (body []*field) {
	for _, f := range fields {
		if f.http.place == inBody {
			body = append(body, f)
		}
	}
	return body
}

// indexed finds fields by one of their names. Of two with the same name the
// first has it: SQS's AttributeNames and MessageSystemAttributeNames are both
// AttributeName in Query.
func indexed(fields []*field, name func(*field) string) map[string]*field {
	m := make(map[string]*field, len(fields))
	for _, f := range fields {
		if _, taken := m[name(f)]; !taken {
			m[name(f)] = f
		}
	}
	return m
}
