// Package backup is the form of a backup: a tar file that begins with its format
// and ends with a manifest of all its files and their checksums
// (docs/formats/backup.md).
//
// Write makes one of a directory, Restore makes a directory of one. Restore
// believes nothing: a name that leads elsewhere, a file too many, too few, cut or
// changed, a newer format are errors, and then nothing is left behind. The
// directory has its name only once it is whole and durable, wherever a crash
// falls.
//
// What belongs into a backup, and that it is of one moment, is the matter of
// package server.
package backup
