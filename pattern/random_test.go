package pattern

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	seedFlag  = flag.Uint64("seed", 0, "seed of the random test; 0 takes a new one")
	pairsFlag = flag.Int("pairs", 40_000, "pairs of pattern and event that the random test compares")
)

// TestAgainstOracle compares the matcher with the oracle on random patterns
// and events, each pattern alone and all in a changing set. The long form is
//
//	go test -run TestAgainstOracle -pairs 1000000 -seed 1 ./pattern
func TestAgainstOracle(t *testing.T) {
	t.Parallel()
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	set := NewSet[int]()
	for pairs, matches := 0, 0; pairs < *pairsFlag; {
		n, m := g.round(t, set, seed)
		if pairs, matches = pairs+n, matches+m; pairs >= *pairsFlag {
			t.Logf("%d pairs, %d of them match", pairs, matches)
			if matches*100 < pairs {
				t.Errorf("only %d of %d pairs match: the generator is off", matches, pairs)
			}
		}
	}
	if set.Len() != len(set.rules) {
		t.Errorf("the set has %d patterns, want %d", set.Len(), len(set.rules))
	}
}

const perRound = 50

// round puts new patterns into the set, in the place of those of the round
// before, and compares on new events.
func (g *generator) round(t *testing.T, set *Set[int], seed uint64) (pairs, matches int) {
	g.dense, g.crooked = g.IntN(2) == 0, g.IntN(3) == 0
	texts := make([]string, perRound)
	oracles := make([]oraclePattern, perRound)
	patterns := make([]*Pattern, perRound)
	for i := range perRound {
		for patterns[i] == nil {
			texts[i] = g.pattern()
			var err error
			if patterns[i], err = Compile([]byte(texts[i])); err != nil && !strings.Contains(err.Error(), "too complex") {
				t.Fatalf("seed %d: %s is refused: %v", seed, texts[i], err)
			}
		}
		oracles[i] = newOraclePattern([]byte(texts[i]))
		if g.IntN(4) == 0 {
			set.Delete(i)
		}
		set.Put(i, patterns[i])
	}
	for range perRound {
		text := g.event()
		e := newOracleEvent([]byte(text))
		found, err := set.Match([]byte(text), nil)
		if err != nil {
			t.Fatalf("seed %d: %s: %v", seed, text, err)
		}
		slices.Sort(found)
		for i, p := range patterns {
			want := oracles[i].match(e)
			alone, err := p.Match([]byte(text))
			_, together := slices.BinarySearch(found, i)
			if err != nil || alone != want || together != want {
				t.Fatalf("seed %d: pattern %s\nevent %s\nalone %v, in the set %v, want %v, error %v", seed, texts[i], text, alone, together, want, err)
			}
			pairs++
			if want {
				matches++
			}
		}
		for i := 1; i < len(found); i++ {
			if k := found[i]; k == found[i-1] {
				t.Fatalf("seed %d: pattern %s\nevent %s\nis found twice", seed, texts[k], text)
			}
		}
	}
	return pairs, matches
}

// generator makes patterns and events of few names and values, so that they
// meet often.
type generator struct {
	*rand.Rand
	dense bool // few names and values, and many arrays, for what arrays mean
	// crooked events repeat names in an object and mix scalars and arrays.
	crooked bool
}

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

func (g *generator) name() string {
	if g.dense {
		return pick(g, "a", "b", "c")
	}
	return pick(g, "a", "b", "c", "d.e", "a.b", "é", "")
}

func (g *generator) text() string {
	return pick(g, "", "a", "A", "ab", "aB", "abc", "abab", "ba", "b", "a*b", "é", "É", "straße", "ÀB", "àb", "K", "k", "\u212a", "x\\y", "\"q\"",
		"10.0.0.1", "10.0.0.200", "010.0.0.1", "10.0.1.1", "192.168.0.9", "2001:db8::1", "2001:0DB8::0001", "1", "true", "null", "𝄞", "a\nb", strings.Repeat("ab", 150))
}

func (g *generator) number() string {
	return pick(g, "0", "-0.0", "1", "1.0", "10e-1", "300", "3e2", "-1.5", "-1.50", "2", "7.0000001", "1e400", "1e22", "98765432109876543210987", "0.1",
		"9007199254740993", "9007199254740992", "1.7976931348623157e308", "5e-324", "100", "1E2", "0.000001", "-300")
}

func (g *generator) comparableNumber() string {
	for {
		if n := g.number(); oracleComparable(json.Number(n)) {
			return n
		}
	}
}

func (g *generator) quoted(s string) string {
	b, _ := json.Marshal(s)
	if g.IntN(8) == 0 && len(s) > 0 && s[0] < 0x80 && s[0] >= ' ' && s[0] != '"' && s[0] != '\\' {
		return fmt.Sprintf(`"\u%04x%s`, s[0], b[2:])
	}
	return string(b)
}

// event is a JSON object.
func (g *generator) event() string { return g.object(3 + g.IntN(2-g.flag(g.crooked))) }

func (g *generator) object(depth int) string {
	var members, used []string
	for range g.IntN(4 + 2*g.flag(g.dense && !g.crooked)) {
		name := g.name()
		if slices.Contains(used, name) && g.IntN(20) != 0 && !g.crooked {
			continue
		}
		used = append(used, name)
		members = append(members, g.quoted(name)+pick(g, ":", " : ")+g.value(depth-1))
	}
	return "{" + strings.Join(members, pick(g, ",", "\n, ")) + "}"
}

func (g *generator) flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (g *generator) value(depth int) string {
	n := g.IntN(10) + g.flag(g.dense)*g.IntN(3)
	switch {
	case depth > 0 && n < 4:
		return g.object(depth)
	case depth > 0 && (n < 7 || n >= 10):
		return g.array(depth)
	}
	return g.scalar()
}

// array has elements of one kind, mostly.
func (g *generator) array(depth int) string {
	var list []string
	kind := g.IntN(3)
	n := g.IntN(4)
	if !g.dense && !g.crooked && g.IntN(30) == 0 {
		kind, n = 1, 40 // long enough to be looked up
	}
	for range n {
		if g.IntN(20) == 0 || g.crooked && g.IntN(3) == 0 {
			kind = g.IntN(3)
		}
		switch kind {
		case 0:
			list = append(list, g.object(depth))
		case 1:
			list = append(list, g.scalar())
		default:
			list = append(list, g.array(depth-1))
		}
		if depth == 0 && kind == 2 {
			break
		}
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (g *generator) scalar() string {
	if g.dense {
		return pick(g, "1", "2")
	}
	switch g.IntN(6) {
	case 0:
		return pick(g, "true", "false", "null")
	case 1, 2:
		return g.number()
	}
	return g.quoted(g.text())
}

// pattern is a valid pattern.
func (g *generator) pattern() string { return g.fields(3, 3, "") }

// fields is an object of a pattern.
func (g *generator) fields(depth, or int, prefix string) string {
	names := []string{"a", "b", "c", "d.e", "é", "d"}
	if g.dense {
		names = []string{"a", "b", "c", "a.b"}
	}
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var members []string
	n := 1 + g.IntN(2)
	if g.dense && or == 0 {
		n = 1 + g.IntN(3)
	}
	for _, name := range names[:n] {
		v := g.alternatives()
		if depth > 1 && g.IntN(2) == 0 && name != "d.e" {
			v = g.fields(depth-1, 0, prefix)
		}
		members = append(members, g.quoted(name)+":"+v)
	}
	if or > 0 && g.IntN(4) == 0 {
		var branches []string
		for range 2 + g.IntN(2) {
			branches = append(branches, g.branch(names[n:], or))
		}
		members = append(members, `"$or":[`+strings.Join(branches, ",")+"]")
	}
	return "{" + strings.Join(members, pick(g, ",", " ,\t")) + "}"
}

// branch is a branch of $or over names that its surroundings do not use.
func (g *generator) branch(names []string, or int) string {
	if or > 1 && len(names) > 2 && g.IntN(4) == 0 {
		return fmt.Sprintf(`{%q:%s,"$or":[%s,%s]}`, names[0], g.alternatives(), g.branch(names[1:], or-1), g.branch(names[1:], or-1))
	}
	v := g.alternatives()
	name := pick(g, names...)
	if name != "d.e" && name != "d" && g.IntN(3) == 0 {
		v = fmt.Sprintf(`{%q:%s}`, pick(g, "a", "b", "c"), v)
	}
	return fmt.Sprintf(`{%q:%s}`, name, v)
}

func (g *generator) alternatives() string {
	if g.dense {
		return pick(g, "[1]", "[2]", "[1]", "[2]", `[{"exists":false}]`, `[{"exists":false},2]`, `[{"anything-but":1}]`, `[{"exists":true}]`)
	}
	var list []string
	for range 1 + g.IntN(2)*g.IntN(3) + g.IntN(20)/19*12 {
		list = append(list, g.alternative())
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (g *generator) alternative() string {
	switch g.IntN(12) {
	case 0:
		return `{"prefix":` + g.affix() + "}"
	case 1:
		return `{"suffix":` + g.affix() + "}"
	case 2:
		return `{"equals-ignore-case":` + g.quoted(g.text()) + "}"
	case 3:
		return `{"wildcard":` + g.quoted(g.wildcard()) + "}"
	case 4:
		return `{"exists":` + pick(g, "true", "false", "false") + "}"
	case 5:
		return `{"numeric":` + g.numeric() + "}"
	case 6:
		return `{"cidr":"` + pick(g, "10.0.0.0/24", "10.0.0.9/8", "192.168.0.0/16", "0.0.0.0/0", "2001:db8::/32", "10.0.0.0/31", "2001:db8::1/127") + `"}`
	case 7, 8:
		return `{"anything-but":` + g.excluded() + "}"
	case 9:
		return `{"exactly":` + g.quoted(g.text()) + "}"
	}
	return g.scalar()
}

func (g *generator) affix() string {
	s := g.quoted(string([]rune(g.text())[:min(1, len([]rune(g.text())))]))
	if g.IntN(2) == 0 {
		s = g.quoted(g.text())
	}
	if g.IntN(3) == 0 {
		return `{"equals-ignore-case":` + s + "}"
	}
	return s
}

func (g *generator) wildcard() string {
	return pick(g, "*", "", "a*", "*b", "a*b", "*ab*", "*a*b*", "ab*c", `a\*b`, `*\\*`, "*é*", "a*a*", "*\"*", "abab*abab", "*"+strings.Repeat("ab", 4)+"*", "*.0.*", "*1")
}

func (g *generator) numeric() string {
	if g.IntN(3) == 0 {
		return fmt.Sprintf(`[%q,%s]`, pick(g, "<", "<=", "=", ">", ">="), g.comparableNumber())
	}
	for {
		lo, hi := json.Number(g.comparableNumber()), json.Number(g.comparableNumber())
		if oracleRat(lo).Cmp(oracleRat(hi)) < 0 {
			return fmt.Sprintf(`[%q,%s,%q,%s]`, pick(g, ">", ">="), lo, pick(g, "<", "<="), hi)
		}
	}
}

func (g *generator) excluded() string {
	list := func(one func() string) string {
		if g.IntN(2) == 0 {
			return one()
		}
		var l []string
		for range 1 + g.IntN(3) + g.IntN(10)/9*10 {
			l = append(l, one())
		}
		return "[" + strings.Join(l, ",") + "]"
	}
	text := func() string { return g.quoted(g.text()) }
	switch g.IntN(6) {
	case 0:
		return list(g.comparableNumber)
	case 1, 2:
		op := pick(g, "prefix", "suffix")
		return `{"` + op + `":` + list(func() string {
			for {
				if s := g.text(); s != "" {
					return g.quoted(s)
				}
			}
		}) + "}"
	case 3:
		return `{"equals-ignore-case":` + list(text) + "}"
	case 4:
		return `{"wildcard":` + list(func() string { return g.quoted(g.wildcard()) }) + "}"
	}
	return list(text)
}
