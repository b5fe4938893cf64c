/set mode bn4j concise -quiet
/set prompt bn4j "bn4j> " " ...> "
/set truncation bn4j 10000
/set format bn4j result "{value}{post}" added,modified,replaced-ok-primary
/set mode bn4j -retain
/set feedback -retain bn4j
/exit
