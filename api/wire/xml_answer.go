package wire

// queryBody writes OpResponse around OpResult, which an operation without
// output does not have.
func queryBody(a answer) []byte {
	w := &xmlWriter{b: make([]byte, 0, firstBody)}
	w.root(a.op.Name+"Response", a.op.Service.XMLNamespace)
	if w.pending = a.op.Name + "Result"; a.shape != nil {
		writer{w}.structure(a.shape, a.v)
	} else if a.empty {
		w.begin(true)
		w.end()
	}
	w.pending = "ResponseMetadata"
	w.begin(false)
	w.element("RequestId", a.requestID)
	w.end()
	w.end()
	return w.b
}

// ec2Body writes OpResponse around the request id and the members; an
// operation without output answers that it did as it was told.
func ec2Body(a answer) []byte {
	w := &xmlWriter{b: make([]byte, 0, firstBody)}
	w.root(a.op.Name+"Response", a.op.Service.XMLNamespace)
	w.element("requestId", a.requestID)
	if a.shape != nil {
		writer{w}.members(a.shape.fields, a.v)
	} else if !a.empty {
		w.element("return", "true")
	}
	w.end()
	return w.b
}

// root opens the outermost element.
func (w *xmlWriter) root(name, namespace string) {
	w.b = append(append(w.b, '<'), name...)
	if namespace != "" {
		w.b = append(w.b, ` xmlns="`...)
		w.b = append(appendXMLText(w.b, namespace), '"')
	}
	w.b = append(w.b, '>')
	w.open = append(w.open, name)
}
