package wire

import (
	"reflect"
	"slices"
	"strings"
)

// sortedKeys gives answers one form whatever the order of the map.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}
