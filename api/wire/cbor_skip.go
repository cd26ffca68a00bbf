package wire

// skip passes over one item of any kind. It recurses through enter, which
// bounds the depth.
func (r *cborReader) skip() error {
	h, err := r.head()
	// A tag precedes the item that it is about.
	for err == nil && h.major == cborTag {
		h, err = r.head()
	}
	if err != nil {
		return err
	}
	switch h.major {
	case cborBytes, cborText:
		r.off -= h.size()
		_, err = r.chunks(h.major)
		return err
	case cborList, cborMap:
		return r.skipAll(h)
	case cborSimple:
		if h.indefinite() {
			return malformed("a CBOR break in the wrong place")
		}
	}
	return nil
}

func (r *cborReader) skipAll(h cborHead) error {
	if err := r.enter(h); err != nil {
		return err
	}
	for {
		more, err := r.next()
		if err != nil || !more {
			return err
		}
		if h.major == cborMap {
			if err := r.skip(); err != nil {
				return err
			}
		}
		if err := r.skip(); err != nil {
			return err
		}
	}
}
