/* The parts of the agent's test; each works on the agent that client.h started. */
#ifndef SUITES_H
#define SUITES_H

void process_suite(void);
void output_suite(void);
void files_suite(void);
void hostile_suite(void);
void sudo_suite(void);

#endif
