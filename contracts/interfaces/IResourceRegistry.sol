// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Which steward answers for which resource
/// @notice A resource is its digest, the SHA-256 of its bytes. A registration belongs to a digest and a steward:
/// several stewards may register one digest, and none can stand in another's way. Once written, registrar, time and
/// license of a registration never change; its state only goes from registered to superseded to withdrawn, with the
/// middle one left out if need be. The CID and the metadata digest are in the event alone, which the accumulator binds.
interface IResourceRegistry {
    /// @notice What a registrar states about a resource.
    /// @param digest SHA-256 of the bytes, not zero
    /// @param steward in whose name
    /// @param license id of its terms in the license registry
    /// @param cidCodec multicodec of the CID: 0x55, raw, or 0x70, dag-pb
    /// @param cidDigest SHA-256 in the CID; with codec 0x55 it is the digest itself
    /// @param metadata SHA-256 of the descriptive metadata, or zero
    struct Registration {
        bytes32 digest;
        bytes32 steward;
        bytes32 license;
        uint8 cidCodec;
        bytes32 cidDigest;
        bytes32 metadata;
    }

    /// @notice What the registry keeps of a registration.
    /// @param registrar the account that registered it
    /// @param registeredAt block time, in seconds
    /// @param state 0 none, 1 registered, 2 superseded, 3 withdrawn
    /// @param licenseNumber number of its license in the license registry
    /// @param successor digest that supersedes it, or zero
    struct RegistrationState {
        address registrar;
        uint64 registeredAt;
        uint8 state;
        uint32 licenseNumber;
        bytes32 successor;
    }

    /// @notice The steward answers for the resource.
    event ResourceRegistered(
        bytes32 indexed digest,
        bytes32 indexed steward,
        address indexed registrar,
        bytes32 license,
        uint8 cidCodec,
        bytes32 cidDigest,
        bytes32 metadata
    );

    /// @notice The steward points to the resource that takes the place of this one.
    event ResourceSuperseded(bytes32 indexed digest, bytes32 indexed steward, bytes32 successor);

    /// @notice The steward no longer answers for the resource. `reason`: 1 retracted, 2 legal, 3 error.
    event ResourceWithdrawn(bytes32 indexed digest, bytes32 indexed steward, uint8 reason);

    /// @notice Zero is not the digest of a resource.
    error InvalidDigest();

    /// @notice The codec is neither 0x55 nor 0x70, or the digest in the CID cannot belong to the resource.
    error InvalidCid(uint8 codec);

    /// @notice The steward registered the resource before.
    error ResourceAlreadyRegistered(bytes32 digest, bytes32 steward);

    /// @notice The steward never registered the resource.
    error ResourceNotFound(bytes32 digest, bytes32 steward);

    /// @notice The steward withdrew the resource.
    error ResourceIsWithdrawn(bytes32 digest, bytes32 steward);

    /// @notice The steward superseded the resource before, by `successor`.
    error ResourceAlreadySuperseded(bytes32 digest, bytes32 steward, bytes32 successor);

    /// @notice A resource does not supersede itself.
    error SuccessorIsSame(bytes32 digest);

    /// @notice The reason is not 1, 2 or 3.
    error InvalidWithdrawalReason(uint8 reason);

    /// @notice Registers a resource in the name of a steward whose live registrar the caller is.
    function register(Registration calldata stated) external;

    /// @notice Registers a resource as its registrar signed it. Anyone may send it.
    ///
    /// Signed: `Register(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,
    /// bytes32 metadata,address registrar,uint256 nonce,uint64 deadline)`.
    function registerBySignature(
        Registration calldata stated,
        address registrar,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external;

    /// @notice Points from a resource to the one that takes its place, registered by the same steward and itself
    /// neither superseded nor withdrawn. Only for a live registrar of the steward, which must be accredited.
    function supersede(bytes32 digest, bytes32 steward, bytes32 successor) external;

    /// @notice Withdraws a resource, for ever. Only for a live registrar of the steward, be it accredited or not.
    function withdraw(bytes32 digest, bytes32 steward, uint8 reason) external;

    /// @notice What is kept of a registration; state 0 and zeros if there is none.
    function registration(bytes32 digest, bytes32 steward) external view returns (RegistrationState memory);

    /// @notice Returns the number of the license if the resource is registered or superseded; reverts with
    /// `ResourceNotFound` or `ResourceIsWithdrawn` otherwise.
    function checkActive(bytes32 digest, bytes32 steward) external view returns (uint32 licenseNumber);
}
