package patterns

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Mix is a kind of rules.
type Mix struct {
	Name string
	// Rule returns the pattern of one rule.
	Rule func(*rand.Rand) string
}

// The mixes.
var (
	Exact = Mix{"exact", exactRule}
	Mixed = Mix{"mixed", mixedRule}
	Vague = Mix{"vague", vagueRule}
	Wide  = Mix{"wide", wideRule}
)

// Texts returns the patterns of n rules.
func (m Mix) Texts(n int) []string {
	g := rand.New(rand.NewPCG(1, 2))
	all := make([]string, n)
	for i := range all {
		all[i] = m.Rule(g)
	}
	return all
}

func state(g *rand.Rand) string {
	return []string{"pending", "running", "stopping", "stopped", "terminated"}[g.IntN(5)]
}

// exactRule names a source of 1,000 and one to three fields of the detail.
func exactRule(g *rand.Rand) string {
	var d []string
	d = append(d, fmt.Sprintf(`"instance-id":["i-%08d"]`, g.IntN(200_000)))
	if g.IntN(2) == 0 {
		d = append(d, fmt.Sprintf(`"state":[%q,%q]`, state(g), state(g)))
	}
	if g.IntN(2) == 0 {
		d = append(d, fmt.Sprintf(`"type":["m%d.large"]`, g.IntN(9)))
	}
	return fmt.Sprintf(`{"source":["app.s%d"],"detail":{%s}}`, g.IntN(1000), strings.Join(d, ","))
}

// mixedRule is 70 % exact, 15 % prefix, 15 % anything-but; all name a source.
func mixedRule(g *rand.Rand) string {
	switch n := g.IntN(100); {
	case n < 70:
		return exactRule(g)
	case n < 85:
		return fmt.Sprintf(`{"source":["app.s%d"],"detail":{"instance-id":[{"prefix":"i-%05d"}]}}`, g.IntN(1000), g.IntN(20_000))
	}
	return fmt.Sprintf(`{"source":["app.s%d"],"detail":{"state":[{"anything-but":[%q,%q]}]}}`, g.IntN(1000), state(g), state(g))
}

// vagueRule has no exact field: one to three of the other operators.
func vagueRule(g *rand.Rand) string {
	all := []func() string{
		func() string { return fmt.Sprintf(`"instance-id":[{"prefix":"i-%05d"}]`, g.IntN(20_000)) },
		func() string { return fmt.Sprintf(`"path":[{"suffix":"/%d/out.log"}]`, g.IntN(2000)) },
		func() string { return fmt.Sprintf(`"state":[{"anything-but":[%q]}]`, state(g)) },
		func() string { return fmt.Sprintf(`"path":[{"wildcard":"/var/*/app%d/*.log"}]`, g.IntN(2000)) },
		func() string {
			n := g.IntN(100_000)
			return fmt.Sprintf(`"count":[{"numeric":[">=",%d,"<",%d]}]`, n, n+50)
		},
		func() string { return `"owner":[{"exists":true}]` },
		func() string { return fmt.Sprintf(`"ip":[{"cidr":"10.%d.%d.0/24"}]`, g.IntN(256), g.IntN(256)) },
		func() string { return fmt.Sprintf(`"owner":[{"equals-ignore-case":"TEAM-%d"}]`, g.IntN(2000)) },
		func() string { return fmt.Sprintf(`"message":[{"wildcard":"*operator%d*"}]`, g.IntN(2000)) },
	}
	// At least one that few events satisfy, as real rules have.
	fields := []string{}
	for len(fields) == 0 {
		g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		seen := map[string]bool{}
		narrow := false
		for _, f := range all[:1+g.IntN(3)] {
			s := f()
			name, rest, _ := strings.Cut(s, ":")
			if !seen[name] {
				seen[name] = true
				fields = append(fields, s)
				narrow = narrow || !strings.Contains(rest, "exists") && !strings.Contains(rest, "anything-but")
			}
		}
		if !narrow {
			fields = fields[:0]
		}
	}
	return fmt.Sprintf(`{"detail":{%s}}`, strings.Join(fields, ","))
}

// wideRule has nothing to find it by: only the one state that all of Events are
// in keeps it from being satisfied.
func wideRule(g *rand.Rand) string {
	return fmt.Sprintf(`{"detail":{"state":[{"anything-but":["stopped","x%d"]}],"owner":[{"exists":true}]}}`, g.IntN(100_000))
}
