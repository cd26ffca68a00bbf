// Package catalogtest holds records with a form of their own to their promise:
// that nothing of them is lost. Start from RoundTrip.
package catalogtest
