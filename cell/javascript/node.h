/*
 * What the add-on takes from the Node.js binary beyond Node-API: symbols that it exports and nobody promises to keep. The image
 * pins the exact version, and the add-on is linked with -z now: with a binary that lacks one of them the zygote does not
 * start, and the loader's message names it.
 *
 * C has no classes; a member function takes the object first, and handles (v8::Local) and tagged values are one word.
 */
#ifndef MAYFLY_NODE_H
#define MAYFLY_NODE_H

#include <stdint.h>

#define SYMBOL(name) __asm__(name)

typedef void *handle; /* v8::Local<T>: the address of a slot that holds the value */

/* libuv */
struct uv_loop_s;
typedef struct uv_handle_s uv_handle_t;
int uv_loop_fork(struct uv_loop_s *loop);
int uv_timer_init(struct uv_loop_s *loop, uv_handle_t *handle);
size_t uv_handle_size(int type);
int uv_prepare_init(struct uv_loop_s *loop, uv_handle_t *handle);
int uv_prepare_start(uv_handle_t *handle, void (*loop_waits)(uv_handle_t *handle));
void uv_unref(uv_handle_t *handle);
void uv_close(uv_handle_t *handle, void (*closed)(uv_handle_t *handle));
enum { UV_PREPARE = 9, UV_TIMER = 13 };

/* OpenSSL */
void RAND_seed(const void *bytes, int count);

/* V8 */
void *v8_isolate(void) SYMBOL("_ZN2v87Isolate10GetCurrentEv");
handle v8_context(void *isolate) SYMBOL("_ZN2v87Isolate17GetCurrentContextEv");
void *v8_random_generator(void *isolate) SYMBOL("_ZN2v88internal7Isolate23random_number_generatorEv");
void v8_set_seed(void *generator, int64_t seed) SYMBOL("_ZN2v84base21RandomNumberGenerator7SetSeedEl");
void v8_reset_math_random(uintptr_t context) SYMBOL("_ZN2v88internal10MathRandom12ResetContextENS0_6TaggedINS0_7ContextEEE");
void *v8_platform(void) SYMBOL("_ZN2v88internal2V818GetCurrentPlatformEv");

/* Node.js: the threads that run V8's background tasks (node_platform.cc) */
void node_workers_construct(void *workers, int threads, int log_level)
    SYMBOL("_ZN4node23WorkerThreadsTaskRunnerC1EiNS_21PlatformDebugLogLevelE");
void node_workers_stop(void *workers) SYMBOL("_ZN4node23WorkerThreadsTaskRunner8ShutdownEv");
int node_workers_count(const void *workers) SYMBOL("_ZNK4node23WorkerThreadsTaskRunner21NumberOfWorkerThreadsEv");

/* Node.js: when the process began, in nanoseconds of CLOCK_MONOTONIC and microseconds of the time of day */
extern uint64_t node_start_time SYMBOL("_ZN4node11per_process15node_start_timeE");
extern uint64_t node_process_start SYMBOL("_ZN4node11performance25performance_process_startE");
extern double node_process_start_timestamp SYMBOL("_ZN4node11performance35performance_process_start_timestampE");

/* Node.js: calls into JavaScript from the bottom of the stack, as the event loop does */
struct async_context {
    double id, trigger;
};
handle node_make_callback(void *isolate, handle receiver, handle function, int argc, handle *argv, struct async_context context)
    SYMBOL("_ZN4node12MakeCallbackEPN2v87IsolateENS0_5LocalINS0_6ObjectEEENS3_INS0_8FunctionEEEiPNS3_INS0_5ValueEEENS_13async_contextE");

#endif
