package pattern

import (
	"net/netip"
	"slices"
)

// builder gathers the alternatives of one array.
type builder struct {
	*parser
	path  string
	count int

	only    string // the last plain string
	plain   int    // how many there are
	a       alternatives
	strings []string
	folded  []string
	pre     []string
	suf     []string
	foldPre []string
	foldSuf []string
	texts   []string
}

// alternative reads the element whose first token is read.
func (b *builder) alternative() error {
	b.count++
	switch b.kind {
	case tokenObject:
		return b.operator()
	case tokenString:
		b.literal(b.text)
	case tokenNumber:
		if f, ok := number([]byte(b.text)); ok {
			b.a.numbers = append(b.a.numbers, f)
		} else {
			b.texts = append(b.texts, b.text)
		}
	case tokenTrue:
		b.a.literals[leafTrue] = true
	case tokenFalse:
		b.a.literals[leafFalse] = true
	case tokenNull:
		b.a.literals[leafNull] = true
	default:
		return b.refuse("Match value must be String, number, true, false, or null")
	}
	return nil
}

// literal takes a plain string. An address means each of its spellings.
func (b *builder) literal(s string) {
	if ip, ok := parseIP(s); ok {
		b.a.networks = append(b.a.networks, network{ip, ip})
		return
	}
	b.exactly(s)
}

func (b *builder) exactly(s string) {
	b.only = s
	b.plain++
	b.strings = append(b.strings, s)
}

// condition returns what was gathered.
func (b *builder) condition() *condition {
	if b.plain == 1 && b.count == 1 {
		return &condition{b.path, test{one: b.only}}
	}
	a := b.a
	a.strings, a.folded, a.spellings = newStringSet(b.strings), newStringSet(b.folded), newStringSet(b.texts)
	a.prefixes, a.suffixes = newPrefixSet(b.pre), newSuffixSet(b.suf)
	a.foldedPrefixes, a.foldedSuffixes = newPrefixSet(b.foldPre), newSuffixSet(b.foldSuf)
	a.numbers = sortedNumbers(a.numbers)
	a.ranges, a.networks = mergeSpans(a.ranges), mergeNetworks(a.networks)
	a.onlyStrings = !a.others() && !a.absent && len(a.butNots) == 0
	return &condition{b.path, test{alts: &a}}
}

func sortedNumbers(f []float64) []float64 {
	slices.Sort(f)
	return slices.Compact(f)
}

// operator reads {"operator": operand}, its bracket read.
func (b *builder) operator() error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenName {
		return b.refuse("Match expression name not found")
	}
	name, read := b.text, (func() error)(nil)
	switch name {
	case "exactly":
		read = func() error { return b.stringOperand("exact match pattern must be a string", b.exactly) }
	case "prefix":
		read = func() error { return b.affix("Prefix", "prefix", &b.pre, &b.foldPre) }
	case "suffix":
		read = func() error { return b.affix("Suffix", "suffix", &b.suf, &b.foldSuf) }
	case "equals-ignore-case":
		read = func() error {
			return b.stringOperand("equals-ignore-case match pattern must be a string", func(s string) { b.folded = append(b.folded, fold(s)) })
		}
	case "wildcard":
		read = b.wildcard
	case "cidr":
		read = b.cidr
	case "exists":
		read = b.exists
	case "numeric":
		if err := b.numeric(); err != nil {
			return err
		}
		return b.closed("Too many elements in numeric expression")
	case "anything-but":
		return b.anythingBut()
	default:
		return b.refuse("Unrecognized match type %s", name)
	}
	if err := read(); err != nil {
		return err
	}
	return b.closed(oneKey)
}

const oneKey = "Only one key allowed in match expression"

// closed reads the end of an object.
func (b *builder) closed(otherwise string) error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenObjectEnd {
		return b.refuse("%s", otherwise)
	}
	return nil
}

// stringOperand reads a string.
func (b *builder) stringOperand(otherwise string, take func(string)) error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenString {
		return b.refuse("%s", otherwise)
	}
	b.finish()
	take(b.text)
	return nil
}

// affix reads the operand of prefix or suffix: a string, or one whose case
// does not matter.
func (b *builder) affix(title, name string, plain, folded *[]string) error {
	if err := b.next(); err != nil {
		return err
	}
	switch b.kind {
	case tokenString:
		b.finish()
		*plain = append(*plain, b.text)
		return nil
	case tokenObject:
	default:
		return b.refuse("%s match pattern must be a string", name)
	}
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenName {
		return b.refuse("%s expression name not found", title)
	}
	if b.text != "equals-ignore-case" {
		return b.refuse("Unsupported %s pattern: %s", name, b.text)
	}
	err := b.stringOperand("equals-ignore-case match pattern must be a string", func(s string) { *folded = append(*folded, fold(s)) })
	if err != nil {
		return err
	}
	return b.closed(oneKey)
}

func (b *builder) wildcard() error {
	var refused *refusal
	err := b.stringOperand(wildcardString, func(s string) {
		var w wildcard
		if w, refused = parseWildcard(s); refused == nil {
			b.a.wildcards = append(b.a.wildcards, w)
			b.complexity().add(w)
		}
	})
	if err == nil && refused != nil {
		return b.refuse("%s", refused.reason)
	}
	return err
}

const wildcardString = "wildcard match pattern must be a string"

// complexity counts the wildcards of the array's path.
func (b *builder) complexity() *complexity {
	c := b.wildcards[b.path]
	if c == nil {
		c = &complexity{}
		if b.wildcards == nil {
			b.parser.wildcards = map[string]*complexity{}
		}
		b.wildcards[b.path] = c
	}
	return c
}

func (b *builder) cidr() error {
	var refused string
	// The engine words this refusal with "prefix".
	err := b.stringOperand("prefix match pattern must be a string", func(s string) {
		var n netip.Prefix
		if n, refused = parseCIDR(s); refused == "" {
			b.a.networks = append(b.a.networks, network{n.Addr(), lastOf(n)})
		}
	})
	if err == nil && refused != "" {
		return refuse("%s", refused)
	}
	return err
}

// lastOf is the highest address of a network.
func lastOf(n netip.Prefix) netip.Addr {
	b := n.Addr().AsSlice()
	for i := n.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func (b *builder) exists() error {
	if err := b.next(); err != nil {
		return err
	}
	switch b.kind {
	case tokenTrue:
		b.a.present = true
	case tokenFalse:
		b.a.absent = true
	default:
		return b.refuse("exists match pattern must be either true or false.")
	}
	return nil
}
