package runtime

import (
	"testing"
)

// BenchmarkCold starts an environment for each call; BenchmarkWarm does not.
func BenchmarkCold(b *testing.B) {
	benchmark(b, func(g *rig, s Spec) { g.Drop(s.ARN, "") })
}

func BenchmarkWarm(b *testing.B) {
	benchmark(b, func(*rig, Spec) {})
}

func benchmark(b *testing.B, between func(*rig, Spec)) {
	rows := []struct {
		name string
		make func(*rig) Spec
	}{
		{"python", func(g *rig) Spec { return g.python(b, "def handler(e, c): return e") }},
		{"nodejs", func(g *rig) Spec {
			return g.spec(b, "nodejs20.x", "index.handler", map[string]string{"index.js": "exports.handler = async (e) => e"})
		}},
		{"go", func(g *rig) Spec { return g.golang(b) }},
		{"shell", func(g *rig) Spec { return g.shell(b, `echo "$event" | answer`) }},
	}
	for _, row := range rows {
		b.Run(row.name, func(b *testing.B) {
			g := newRig(b)
			s := row.make(g)
			g.run(b, s, `{"Text":"x"}`)
			for b.Loop() {
				between(g, s)
				if r := g.run(b, s, `{"Text":"x"}`); r.Error != "" {
					b.Fatalf("%s", r.Payload)
				}
			}
		})
	}
}
