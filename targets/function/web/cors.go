package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"skywatch/targets/function"
)

// allows reports whether pages of an origin may call.
func allows(c *function.Cors, origin string) bool {
	return c != nil && (slices.Contains(c.Origins, "*") || slices.ContainsFunc(c.Origins, func(o string) bool { return strings.EqualFold(o, origin) }))
}

// preflight reports whether a browser asks whether a page may send a request.
func preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// share writes what a browser has to know of an origin to let its page see the
// answer, in place of what the function says of it. It writes nothing for an
// origin that is not allowed, or for programs, which have none.
func share(c *function.Cors, origin string, h http.Header) {
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			h.Del(name)
		}
	}
	if origin == "" || !allows(c, origin) {
		return
	}
	if slices.Contains(c.Origins, "*") && !c.Credentials {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
	}
	if c.Credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if len(c.Shown) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(c.Shown, ","))
	}
}

// permit writes the answer to a preflight: the function does not see it.
func permit(c *function.Cors, origin string, h http.Header) {
	share(c, origin, h)
	if !allows(c, origin) {
		return
	}
	if len(c.Methods) > 0 {
		h.Set("Access-Control-Allow-Methods", strings.Join(c.Methods, ","))
	}
	if len(c.Headers) > 0 {
		h.Set("Access-Control-Allow-Headers", strings.Join(c.Headers, ","))
	}
	if c.MaxAge > 0 {
		h.Set("Access-Control-Max-Age", strconv.Itoa(c.MaxAge))
	}
}
