package targets

import (
	"maps"
	"slices"

	"skywatch/catalog"
)

// AppendAttributes adds attributes to a record: a field for each.
func AppendAttributes(b []byte, field int, all map[string]Attribute) []byte {
	if len(all) == 0 {
		return b
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a := all[name]
		b = catalog.AppendPart(b, field, func(b []byte) []byte {
			b = catalog.AppendText(b, 1, name)
			b = catalog.AppendText(b, 2, a.Type)
			b = catalog.AppendText(b, 3, a.String)
			return catalog.AppendText(b, 4, a.Binary)
		})
	}
	return b
}

// ReadAttribute reads one of the fields of AppendAttributes into all.
func ReadAttribute(v catalog.Value, all *map[string]Attribute) error {
	var name string
	var a Attribute
	err := v.Read(func(field int, v catalog.Value) error {
		switch field {
		case 1:
			name = v.String()
		case 2:
			a.Type = v.String()
		case 3:
			a.String = v.String()
		case 4:
			a.Binary = v.Bytes()
		}
		return nil
	})
	if *all == nil {
		*all = map[string]Attribute{}
	}
	(*all)[name] = a
	return err
}
