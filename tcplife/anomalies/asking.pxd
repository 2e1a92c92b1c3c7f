from cpython.pycapsule cimport PyCapsule_GetName, PyCapsule_GetPointer

from tcplife.anomalies.ending cimport Ending
from tcplife.tracker.observation cimport Observation

ctypedef Py_ssize_t (*Judge)(Observation seen, int skip_dispatch) except? -1
ctypedef object (*EndJudge)(Ending end, int skip_dispatch)


cdef inline void* way_to(object judge) except NULL:
    import sys

    capsule = sys.modules[judge.__module__].__pyx_capi__[judge.__name__]
    return PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule))


cdef inline Py_ssize_t ask(void* way, Observation seen) except? -1:
    return (<Judge>way)(seen, 0)


cdef inline ask_at_end(void* way, Ending end):
    (<EndJudge>way)(end, 0)
