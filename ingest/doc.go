// Package ingest is the door for datapoints: it holds every rule that
// CloudWatch has for a datum and brings data into normal form before they
// reach the store.
//
// Start from Ingester.Put. A request is taken whole or refused whole, with a
// fault that names the parameter, and once: an attempt to send it again is known
// by its Origin. Appender is the seam to the store and
// Observer the seam to the alarms. The package knows no wire form, no store
// and no clock of its own.
package ingest
