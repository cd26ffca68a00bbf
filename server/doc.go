// Package server is the hall: the only room that knows all the others. New
// checks the configuration, Start opens disk, catalog, journal, time series and
// the rooms that stand on them in that order, each step registering its undo;
// Stop unwinds them in reverse. Reading Server.Start shows the whole house.
//
// Tests start a whole server through it, in their own process.
package server
