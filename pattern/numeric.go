package pattern

import "math"

// numeric reads ["=", n], [op, n] or [lower op, n, upper op, m].
func (b *builder) numeric() error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenArray {
		return b.refuse("Value of numeric must be an array.")
	}
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenString {
		b.finish()
		return b.refuse("Invalid member in numeric match: %s", b.text)
	}
	b.finish()
	switch op := b.text; op {
	case "=":
		f, err := b.bound("equals")
		if err != nil {
			return err
		}
		b.a.numbers = append(b.a.numbers, f)
		return b.ended("Too many elements in numeric expression")
	case "<", "<=":
		f, err := b.bound(op)
		if err != nil {
			return err
		}
		b.a.ranges = append(b.a.ranges, span{ordered(-math.MaxFloat64), below(f, op)})
		return b.ended("Too many elements in numeric expression")
	case ">", ">=":
		return b.lower(op)
	default:
		return b.refuse("Unrecognized numeric range operator: %s", op)
	}
}

// below is the last number that an upper bound lets in.
func below(f float64, op string) uint64 {
	if op == "<" {
		return ordered(f) - 1
	}
	return ordered(f)
}

// lower reads what follows a lower bound's operator.
func (b *builder) lower(op string) error {
	bottom, err := b.bound(op)
	if err != nil {
		return err
	}
	s := span{ordered(bottom), ordered(math.MaxFloat64)}
	if op == ">" {
		s.lo++
	}
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenArrayEnd {
		top, err := b.upper()
		if err != nil {
			return err
		}
		if ordered(bottom) >= ordered(top.value) {
			return b.refuse("Bottom must be less than top")
		}
		s.hi = below(top.value, top.op)
	}
	b.a.ranges = append(b.a.ranges, s)
	return nil
}

type upperBound struct {
	op    string
	value float64
}

// upper reads an upper bound whose operator's token is read, and the end.
func (b *builder) upper() (upperBound, error) {
	b.finish()
	if b.kind != tokenString {
		return upperBound{}, b.refuse("Bad value in numeric range: %s", b.text)
	}
	u := upperBound{op: b.text}
	if u.op != "<" && u.op != "<=" {
		return u, b.refuse("Bad numeric range operator: %s", u.op)
	}
	var err error
	if u.value, err = b.bound(u.op); err != nil {
		return u, err
	}
	return u, b.ended("Too many terms in numeric range expression")
}

// bound reads the number after an operator.
func (b *builder) bound(op string) (float64, error) {
	if err := b.next(); err != nil {
		return 0, err
	}
	if b.kind != tokenNumber {
		return 0, b.refuse("Value of %s must be numeric", op)
	}
	return b.comparable()
}

// comparable is the number whose token is read.
func (b *builder) comparable() (float64, error) {
	f, ok := number([]byte(b.text))
	if !ok {
		return 0, b.refuse("Cannot compare number : %s", b.text)
	}
	return f, nil
}

// ended reads the end of an array.
func (b *builder) ended(otherwise string) error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenArrayEnd {
		return b.refuse("%s", otherwise)
	}
	return nil
}
