package alarms

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// encode writes v as JSON on one line, without the escapes for HTML that AWS
// does not make.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		// The types are ours and their floats finite.
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
