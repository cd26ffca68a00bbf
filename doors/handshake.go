package doors

import (
	"net/http"

	"skywatch/internal/fault"
)

// Handshake answers the validation request of the CloudEvents web hook
// specification (4.1), with which a sender asks whether it may send: it may,
// as fast as it likes. What it sends must still prove itself.
func Handshake(h http.Header) (http.Header, error) {
	origin := h.Get("WebHook-Request-Origin")
	if origin == "" {
		return nil, fault.New(fault.Missing, "The header WebHook-Request-Origin is missing.")
	}
	out := http.Header{"Allow": {"POST, OPTIONS"}, "Webhook-Allowed-Origin": {origin}}
	if h.Get("WebHook-Request-Rate") != "" {
		out.Set("WebHook-Allowed-Rate", "*")
	}
	return out, nil
}
