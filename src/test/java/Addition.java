/** Without a package, so that its whole name is the plain one of an op of the library. */
record Addition() {}
