package wire

// skip passes over one value of any kind. It recurses through push, which
// bounds the depth.
func (r *jsonReader) skip() (err error) {
	switch r.peek() {
	case '"':
		_, err = r.str()
	case '{':
		return r.skipObject()
	case '[':
		return r.skipArray()
	case 't', 'f':
		_, err = r.boolean()
	case 'n':
		if !r.null() {
			err = malformed("expected null")
		}
	default:
		_, err = r.number()
	}
	return err
}

func (r *jsonReader) skipObject() error {
	if err := r.openStruct(); err != nil {
		return err
	}
	for {
		_, more, err := r.rawKey()
		if err != nil || !more {
			return err
		}
		if err := r.skip(); err != nil {
			return err
		}
	}
}

func (r *jsonReader) skipArray() error {
	if err := r.openList(nil); err != nil {
		return err
	}
	for {
		more, err := r.nextItem()
		if err != nil || !more {
			return err
		}
		if err := r.skip(); err != nil {
			return err
		}
	}
}
