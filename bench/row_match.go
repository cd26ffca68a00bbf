package main

import (
	"context"
	"fmt"

	"skywatch/bench/patterns"
	"skywatch/pattern"
)

// matchSize is a set of rules and what matching an event with it may cost.
type matchSize struct {
	patterns.Mix
	rules int
	goal  string
	peers bool // able to do the same in acceptable time
}

func matchSizes() []matchSize {
	return []matchSize{
		{patterns.Exact, 1000, "≤ 1,800 ns", true},
		{patterns.Exact, 10_000, "≤ 1,800 ns", true},
		{patterns.Exact, 100_000, "≤ 3,500 ns", true},
		{patterns.Mixed, 1000, "≤ 2,500 ns", true},
		{patterns.Mixed, 10_000, "≤ 5,000 ns", true},
		{patterns.Mixed, 100_000, "≤ 20,000 ns", false},
		{patterns.Vague, 1000, "≤ 25,000 ns", false},
		{patterns.Vague, 10_000, "≤ 50,000 ns", false},
		{patterns.Wide, 1000, "≤ 25,000 ns", false},
		{patterns.Wide, 10_000, "≤ 50,000 ns", false},
	}
}

// measureMatch has the matcher find the rules of 677-byte events in this
// process, the parsing of the event included.
func measureMatch(ctx context.Context, b *bench) (out []figure, err error) {
	for _, size := range matchSizes() {
		size.rules = b.sized(size.rules)
		b.progress("match: %d %s rules", size.rules, size.Name)
		f, err := b.match(ctx, size)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func (b *bench) match(ctx context.Context, size matchSize) (figure, error) {
	texts := size.Texts(size.rules)
	set, err := setOf(texts)
	if err != nil {
		return figure{}, err
	}
	events := patterns.Events(1024)
	found, err := matchAll(set, events)
	if err != nil {
		return figure{}, err
	}
	// Long enough for the clock of CPU time, also where an event takes 2 µs.
	rounds := b.scaled(200)
	c, err := meter(rounds*len(events), func() error {
		for range rounds {
			if _, err := matchAll(set, events); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return figure{}, err
	}
	f := c.figure(fmt.Sprintf("match an event of 677 B, %d %s rules", size.rules, size.Name), fmt.Sprintf(", %s rules found", number(float64(found)/float64(len(events)))))
	f.Goal = size.goal
	if size.peers {
		f.Peer, f.Values["quamina/ours"] = b.quamina(ctx, texts, events, c.cpu, found)
	}
	return f, nil
}

func setOf(texts []string) (*pattern.Set[int], error) {
	set := pattern.NewSet[int]()
	for i, text := range texts {
		p, err := pattern.Compile([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("compile %s: %w", text, err)
		}
		set.Put(i, p)
	}
	return set, nil
}

// matchAll matches every event once and returns how many rules were found.
func matchAll(set *pattern.Set[int], events [][]byte) (found int, err error) {
	var room [1024]int
	for _, e := range events {
		keys, err := set.Match(e, room[:0])
		if err != nil {
			return 0, err
		}
		found += len(keys)
	}
	return found, nil
}
