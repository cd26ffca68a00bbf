package pattern

import (
	"bytes"
	"encoding/json"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The oracle: section 2 of the specification of events, written down slowly
// over a tree of encoding/json. It shares no code with the matcher, expects a
// valid pattern, and takes time exponential in the pattern.

// oracleObject is a JSON object with its members in order.
type oracleObject []oracleMember

type oracleMember struct {
	name  string
	value any
}

// oracleTree reads JSON: oracleObject, []any, string, json.Number, bool, nil.
func oracleTree(text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return oracleValue(d)
}

func oracleValue(d *json.Decoder) any {
	t, err := d.Token()
	if err != nil {
		panic(err)
	}
	switch t {
	case json.Delim('{'):
		o := oracleObject{}
		for d.More() {
			name, _ := d.Token()
			o = append(o, oracleMember{name.(string), oracleValue(d)})
		}
		_, _ = d.Token()
		return o
	case json.Delim('['):
		a := []any{}
		for d.More() {
			a = append(a, oracleValue(d))
		}
		_, _ = d.Token()
		return a
	}
	return t
}

// oracleLeaf is a scalar of an event, with the elements it sits in: which one
// of which array. (A scalar that is itself an element sits in no element, as
// in AWS's engine: elements are objects and arrays.)
type oracleLeaf struct {
	value any
	in    map[int]int
}

// oracleEvent is a flattened event.
type oracleEvent struct {
	leaves map[string][]oracleLeaf
	arrays int
}

func newOracleEvent(text []byte) *oracleEvent {
	e := &oracleEvent{leaves: map[string][]oracleLeaf{}}
	e.flatten(nil, oracleTree(text), map[int]int{})
	return e
}

func (e *oracleEvent) flatten(path []string, v any, in map[int]int) {
	switch v := v.(type) {
	case oracleObject:
		for _, m := range v {
			e.flatten(append(slices.Clone(path), m.name), m.value, in)
		}
	case []any:
		id := e.arrays
		e.arrays++
		for i, x := range v {
			inner := map[int]int{}
			for a, j := range in {
				inner[a] = j
			}
			switch x.(type) {
			case oracleObject, []any:
				inner[id] = i
			}
			e.flatten(path, x, inner)
		}
	default:
		name := strings.Join(path, ".")
		e.leaves[name] = append(e.leaves[name], oracleLeaf{v, in})
	}
}

// oracleRule is one conjunction: the alternatives of each path.
type oracleRule map[string][]any

// oraclePattern is a disjunction of rules.
type oraclePattern []oracleRule

func newOraclePattern(text []byte) oraclePattern {
	return oracleExpand(oraclePattern{{}}, nil, oracleTree(text).(oracleObject))
}

func oracleExpand(rules oraclePattern, path []string, o oracleObject) oraclePattern {
	for _, m := range o {
		if m.name == "$or" {
			var all oraclePattern
			for _, branch := range m.value.([]any) {
				var copies oraclePattern
				for _, r := range rules {
					c := oracleRule{}
					for k, v := range r {
						c[k] = v
					}
					copies = append(copies, c)
				}
				all = append(all, oracleExpand(copies, path, branch.(oracleObject))...)
			}
			rules = all
			continue
		}
		inner := append(slices.Clone(path), m.name)
		switch v := m.value.(type) {
		case oracleObject:
			rules = oracleExpand(rules, inner, v)
		case []any:
			for _, r := range rules {
				r[strings.Join(inner, ".")] = v
			}
		}
	}
	return rules
}

func (p oraclePattern) match(e *oracleEvent) bool {
	return slices.ContainsFunc(p, func(r oracleRule) bool {
		var paths []string
		for path := range r {
			paths = append(paths, path)
		}
		slices.Sort(paths)
		return r.choose(e, paths, map[int]int{}, nil)
	})
}

// choose tries each leaf, and absence, for the first of the paths.
func (r oracleRule) choose(e *oracleEvent, paths []string, in map[int]int, absent []string) bool {
	if len(paths) == 0 {
		for _, path := range absent {
			for _, l := range e.leaves[path] {
				if oracleJoin(in, l.in) != nil {
					return false
				}
			}
		}
		return true
	}
	path, rest := paths[0], paths[1:]
	for _, l := range e.leaves[path] {
		if !slices.ContainsFunc(r[path], func(alt any) bool { return oracleAlternative(alt, l.value) }) {
			continue
		}
		if joined := oracleJoin(in, l.in); joined != nil && r.choose(e, rest, joined, absent) {
			return true
		}
	}
	mayBeAbsent := slices.ContainsFunc(r[path], func(alt any) bool {
		o, ok := alt.(oracleObject)
		return ok && o[0].name == "exists" && o[0].value == false
	})
	return mayBeAbsent && r.choose(e, rest, in, append(slices.Clone(absent), path))
}

// oracleJoin is both places at once, nil if they are in different elements of
// one array.
func oracleJoin(a, b map[int]int) map[int]int {
	joined := map[int]int{}
	for k, v := range a {
		joined[k] = v
	}
	for k, v := range b {
		if w, ok := joined[k]; ok && w != v {
			return nil
		}
		joined[k] = v
	}
	return joined
}

func oracleAlternative(alt, value any) bool {
	switch alt := alt.(type) {
	case oracleObject:
		return oracleOperator(alt[0].name, alt[0].value, value)
	case string:
		s, ok := value.(string)
		return ok && (s == alt || oracleSameIP(s, alt))
	case json.Number:
		return oracleSameNumber(alt, value)
	default:
		return alt == value
	}
}

func oracleOperator(name string, operand, value any) bool {
	s, isString := value.(string)
	switch name {
	case "exactly":
		return isString && s == operand
	case "exists":
		return operand == true
	case "anything-but":
		return !oracleExcluded(operand, value)
	case "numeric":
		return oracleNumeric(operand.([]any), value)
	case "cidr":
		n, err := netip.ParsePrefix(operand.(string))
		a, ok := oracleIP(s)
		return isString && err == nil && ok && n.Masked().Contains(a)
	case "wildcard":
		return isString && oracleWildcard(operand.(string), s)
	case "equals-ignore-case":
		return isString && oracleSameFolded(operand.(string), s)
	case "prefix", "suffix":
		return isString && oracleAffix(name, operand, s)
	}
	panic(name)
}

func oracleAffix(name string, operand any, s string) bool {
	if o, ok := operand.(oracleObject); ok {
		want, have := []rune(o[0].value.(string)), []rune(s)
		if len(have) < len(want) {
			return false
		}
		if name == "prefix" {
			return oracleSameFolded(string(want), string(have[:len(want)]))
		}
		return oracleSameFolded(string(want), string(have[len(have)-len(want):]))
	}
	if name == "prefix" {
		return strings.HasPrefix(s, operand.(string))
	}
	return strings.HasSuffix(s, operand.(string))
}

func oracleExcluded(operand, value any) bool {
	switch x := operand.(type) {
	case []any:
		return slices.ContainsFunc(x, func(x any) bool { return oracleExcluded(x, value) })
	case oracleObject:
		list, ok := x[0].value.([]any)
		if !ok {
			list = []any{x[0].value}
		}
		return slices.ContainsFunc(list, func(v any) bool { return oracleOperator(x[0].name, v, value) })
	case json.Number:
		return oracleSameNumber(x, value)
	}
	return operand == value
}

func oracleNumeric(list []any, value any) bool {
	n, ok := value.(json.Number)
	if !ok || !oracleComparable(n) {
		return false
	}
	v := oracleRat(n)
	for i := 0; i < len(list); i += 2 {
		c := v.Cmp(oracleRat(list[i+1].(json.Number)))
		switch list[i] {
		case "=":
			ok = c == 0
		case "<":
			ok = c < 0
		case "<=":
			ok = c <= 0
		case ">":
			ok = c > 0
		case ">=":
			ok = c >= 0
		}
		if !ok {
			return false
		}
	}
	return true
}

func oracleSameNumber(a json.Number, value any) bool {
	b, ok := value.(json.Number)
	switch {
	case !ok:
		return false
	case oracleComparable(a) && oracleComparable(b):
		return oracleRat(a).Cmp(oracleRat(b)) == 0
	}
	return a == b
}

func oracleRat(n json.Number) *big.Rat {
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		panic(n)
	}
	return r
}

// oracleComparable: binary64 holds it exactly in its shortest decimal form.
func oracleComparable(n json.Number) bool {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return false
	}
	return oracleRat(n).Cmp(oracleRat(json.Number(strconv.FormatFloat(f, 'g', -1, 64)))) == 0
}

func oracleSameIP(a, b string) bool {
	x, ok := oracleIP(a)
	y, ok2 := oracleIP(b)
	return ok && ok2 && x == y
}

// oracleIP reads an address; each spelling counts, leading zeros as well.
func oracleIP(s string) (netip.Addr, bool) {
	if parts := strings.Split(s, "."); len(parts) == 4 {
		for i, p := range parts {
			parts[i] = strings.TrimLeft(p[:max(0, len(p)-1)], "0") + p[max(0, len(p)-1):]
		}
		s = strings.Join(parts, ".")
	}
	a, err := netip.ParseAddr(s)
	return a, err == nil
}

// oracleSameFolded compares character by character under the simple mappings,
// which must lead from each of the two to the other.
func oracleSameFolded(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		lower := unicode.ToLower(x[i]) == y[i] && unicode.ToUpper(y[i]) == x[i]
		upper := unicode.ToUpper(x[i]) == y[i] && unicode.ToLower(y[i]) == x[i]
		if x[i] != y[i] && !lower && !upper {
			return false
		}
	}
	return true
}

// oracleWildcard fills the table of which part matches which beginning.
func oracleWildcard(pattern, s string) bool {
	reach := make([]bool, len(s)+1)
	reach[0] = true
	for i := 0; i < len(pattern); i++ {
		next := make([]bool, len(s)+1)
		if pattern[i] == '*' {
			for j, seen := 0, false; j <= len(s); j++ {
				seen = seen || reach[j]
				next[j] = seen
			}
		} else {
			if pattern[i] == '\\' {
				i++
			}
			for j := range len(s) {
				next[j+1] = reach[j] && s[j] == pattern[i]
			}
		}
		reach = next
	}
	return reach[len(s)]
}
