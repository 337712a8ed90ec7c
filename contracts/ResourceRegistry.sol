// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EventAccumulator} from "./EventAccumulator.sol";
import {IntentNonces} from "./IntentNonces.sol";
import {SignedIntents} from "./SignedIntents.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IResourceRegistry} from "./interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "./interfaces/IStewardRegistry.sol";

/// @title Registrations of resources
/// @notice Holds one storage slot for each registration, and one more for a successor.
contract ResourceRegistry is IResourceRegistry, SignedIntents, IntentNonces, EventAccumulator {
    /// @dev One storage slot.
    struct Entry {
        address registrar;
        uint40 registeredAt;
        uint8 state;
        uint32 licenseNumber;
    }

    uint8 private constant NONE = 0;
    uint8 private constant REGISTERED = 1;
    uint8 private constant SUPERSEDED = 2;
    uint8 private constant WITHDRAWN = 3;

    uint8 private constant CODEC_RAW = 0x55;
    uint8 private constant CODEC_DAG_PB = 0x70;

    uint8 private constant LAST_REASON = 3;

    bytes32 private constant REGISTER_TYPEHASH = keccak256(
        "Register(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,"
        "bytes32 metadata,address registrar,uint256 nonce,uint64 deadline)"
    );

    /// @notice The registry that says who may speak for a steward.
    IStewardRegistry public immutable STEWARDS;

    /// @notice The registry of the terms.
    ILicenseRegistry public immutable LICENSES;

    mapping(bytes32 digest => mapping(bytes32 steward => Entry)) private _entries;
    mapping(bytes32 digest => mapping(bytes32 steward => bytes32 successor)) private _successors;

    constructor(
        IStewardRegistry stewards,
        ILicenseRegistry licenses,
        bytes32 salt
    ) SignedIntents("Muhr ResourceRegistry", salt) {
        STEWARDS = stewards;
        LICENSES = licenses;
    }

    /// @inheritdoc IResourceRegistry
    function register(Registration calldata stated) external override {
        _register(stated, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function registerBySignature(
        Registration calldata stated,
        address registrar,
        uint256 nonce,
        uint64 deadline,
        bytes calldata signature
    ) external override {
        _checkDeadline(deadline);
        // The fields of the struct are static, so that they are encoded in place.
        bytes32 structHash = keccak256(abi.encode(REGISTER_TYPEHASH, stated, registrar, nonce, deadline));
        _checkSignature(registrar, structHash, signature);
        _useNonce(registrar, nonce);
        _register(stated, registrar);
    }

    /// @inheritdoc IResourceRegistry
    function supersede(bytes32 digest, bytes32 steward, bytes32 successor) external override {
        STEWARDS.checkRegistrar(steward, msg.sender);
        _checkNotSuperseded(digest, steward);
        if (successor == digest) {
            revert SuccessorIsSame(digest);
        }
        // With a successor that is itself superseded the way from one to the next could become a circle.
        _checkNotSuperseded(successor, steward);
        _entries[digest][steward].state = SUPERSEDED;
        _successors[digest][steward] = successor;
        emit ResourceSuperseded(digest, steward, successor);
        _accumulate(abi.encode(ResourceSuperseded.selector, digest, steward, successor));
    }

    /// @inheritdoc IResourceRegistry
    function withdraw(bytes32 digest, bytes32 steward, uint8 reason) external override {
        if (reason == 0 || reason > LAST_REASON) {
            revert InvalidWithdrawalReason(reason);
        }
        if (!STEWARDS.isLiveRegistrar(steward, msg.sender)) {
            revert IStewardRegistry.RegistrarNotLive(steward, msg.sender);
        }
        checkActive(digest, steward);
        _entries[digest][steward].state = WITHDRAWN;
        emit ResourceWithdrawn(digest, steward, reason);
        _accumulate(abi.encode(ResourceWithdrawn.selector, digest, steward, reason));
    }

    /// @inheritdoc IResourceRegistry
    function registration(bytes32 digest, bytes32 steward) external view override returns (RegistrationState memory) {
        Entry memory entry = _entries[digest][steward];
        return
            RegistrationState({
                registrar: entry.registrar,
                registeredAt: entry.registeredAt,
                state: entry.state,
                licenseNumber: entry.licenseNumber,
                successor: _successors[digest][steward]
            });
    }

    /// @inheritdoc IResourceRegistry
    function checkActive(bytes32 digest, bytes32 steward) public view override returns (uint32 licenseNumber) {
        Entry memory entry = _entries[digest][steward];
        if (entry.state == NONE) {
            revert ResourceNotFound(digest, steward);
        }
        if (entry.state == WITHDRAWN) {
            revert ResourceIsWithdrawn(digest, steward);
        }
        return entry.licenseNumber;
    }

    function _register(Registration calldata stated, address registrar) private {
        bytes32 digest = stated.digest;
        bytes32 steward = stated.steward;
        if (digest == 0) {
            revert InvalidDigest();
        }
        _checkCid(digest, stated.cidCodec, stated.cidDigest);
        STEWARDS.checkRegistrar(steward, registrar);
        uint32 licenseNumber = LICENSES.numberOf(stated.license);
        Entry storage entry = _entries[digest][steward];
        if (entry.state != NONE) {
            revert ResourceAlreadyRegistered(digest, steward);
        }
        entry.registrar = registrar;
        entry.registeredAt = uint40(block.timestamp);
        entry.state = REGISTERED;
        entry.licenseNumber = licenseNumber;
        emit ResourceRegistered(
            digest,
            steward,
            registrar,
            stated.license,
            stated.cidCodec,
            stated.cidDigest,
            stated.metadata
        );
        _accumulate(
            abi.encode(
                ResourceRegistered.selector,
                digest,
                steward,
                registrar,
                stated.license,
                stated.cidCodec,
                stated.cidDigest,
                stated.metadata
            )
        );
    }

    function _checkNotSuperseded(bytes32 digest, bytes32 steward) private view {
        checkActive(digest, steward);
        bytes32 successor = _successors[digest][steward];
        if (successor != 0) {
            revert ResourceAlreadySuperseded(digest, steward, successor);
        }
    }

    function _checkCid(bytes32 digest, uint8 codec, bytes32 cidDigest) private pure {
        bool fits = codec == CODEC_RAW ? cidDigest == digest : codec == CODEC_DAG_PB && cidDigest != 0;
        if (!fits) {
            revert InvalidCid(codec);
        }
    }
}
