package pattern

// anythingBut reads the operand of anything-but and the end of its object.
func (b *builder) anythingBut() error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind == tokenObject {
		return b.anythingButOperator()
	}
	var (
		x       exclusion
		strings []string
		take    = func() error {
			switch b.kind {
			case tokenString:
				strings = append(strings, b.text)
			case tokenNumber:
				f, err := b.comparable()
				if err != nil {
					return err
				}
				x.numbers = append(x.numbers, f)
			default:
				return b.refuse("Inside anything but list, start|null|boolean is not supported.")
			}
			return nil
		}
	)
	if err := b.oneOrMany(take); err != nil {
		return err
	}
	if (len(strings) > 0) == (len(x.numbers) > 0) {
		return b.refuse("Inside anything but list, either all values are number or string, mixed type is not supported")
	}
	x.strings, x.numbers = newStringSet(strings), sortedNumbers(x.numbers)
	b.a.butNots = append(b.a.butNots, x)
	return b.closed("Too many elements in numeric expression")
}

// oneOrMany calls take at a string's or a number's token, or at each element
// of an array.
func (b *builder) oneOrMany(take func() error) error {
	switch b.kind {
	case tokenString, tokenNumber:
		b.finish()
		return take()
	case tokenArray:
	default:
		return b.refuse("Value of anything-but must be an array or single string/number value.")
	}
	for {
		if err := b.next(); err != nil {
			return err
		}
		if b.kind == tokenArrayEnd {
			return nil
		}
		if err := take(); err != nil {
			return err
		}
	}
}

// anythingButOperator reads {"anything-but": {operator: operand}} from the
// inner object on.
func (b *builder) anythingButOperator() error {
	if err := b.next(); err != nil {
		return err
	}
	if b.kind != tokenName {
		return b.refuse("Anything-But expression name not found")
	}
	var (
		x         exclusion
		values    []string
		wildcards []wildcard
		op        = b.text
		otherwise = "prefix/suffix match pattern must be a string"
	)
	switch op {
	case "prefix", "suffix":
	case "equals-ignore-case":
		otherwise = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
	case "wildcard":
		otherwise = wildcardString
	default:
		return b.refuse("Unsupported anything-but pattern: %s", op)
	}
	if err := b.next(); err != nil {
		return err
	}
	err := b.oneOrMany(func() error {
		switch {
		case b.kind != tokenString:
			return b.refuse("%s", otherwise)
		case b.text == "" && (op == "prefix" || op == "suffix"):
			return b.refuse("Null prefix/suffix not allowed")
		case op == "wildcard":
			w, refused := parseWildcard(b.text)
			if refused != nil {
				return b.refuse("%s", refused.reason)
			}
			wildcards = append(wildcards, w)
		case op == "equals-ignore-case":
			values = append(values, fold(b.text))
		default:
			values = append(values, b.text)
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch op {
	case "prefix":
		x.prefixes = newPrefixSet(values)
	case "suffix":
		x.suffixes = newSuffixSet(values)
	case "equals-ignore-case":
		x.folded = newStringSet(values)
	case "wildcard":
		x.wildcards = wildcards
		b.complexity().add(wildcards...)
	}
	b.a.butNots = append(b.a.butNots, x)
	if err := b.closed("Too many elements in numeric expression"); err != nil {
		return err
	}
	return b.closed("Too many elements in numeric expression")
}
